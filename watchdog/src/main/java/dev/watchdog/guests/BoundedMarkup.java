package dev.watchdog.guests;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;

/**
 * Reads XML and fails at markup that is too long: a parser keeps a whole tag with its attributes, or a whole comment, some
 * times over, while text between tags passes through it piece by piece. Confined to one reading.
 */
final class BoundedMarkup extends FilterReader {
    /** Of a tag, a comment, a CDATA section or a processing instruction; libvirt writes some hundred characters. */
    static final int LONGEST = 1 << 18;

    private static final String COMMENT = "!--";
    private static final String CDATA = "![CDATA[";

    /** What ends the markup that we are in; empty: a closing bracket that is not in quotes. */
    private String end = "";

    /** Of the markup that we are in; 0 outside. */
    private int length;

    private final StringBuilder begin = new StringBuilder();
    private final StringBuilder last = new StringBuilder();
    private char quote;

    BoundedMarkup(Reader in) {
        super(in);
    }

    /** The markup is longer than anyone needs. */
    static final class TooLong extends IOException {
        private static final long serialVersionUID = 1;

        TooLong() {
            super("it has a tag or a comment of more than " + (LONGEST >> 10) + " KiB");
        }
    }

    @Override
    public int read() throws IOException {
        char[] one = new char[1];
        return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    @Override
    public int read(char[] chars, int offset, int count) throws IOException {
        int read = super.read(chars, offset, count);
        for (int i = offset; i < offset + read; i++) {
            if (length > 0) {
                inside(chars[i]);
            } else if (chars[i] == '<') {
                length = 1;
            }
        }
        return read;
    }

    private void inside(char next) throws TooLong {
        if (++length > LONGEST) {
            throw new TooLong();
        }
        if (begin.length() < CDATA.length()) {
            begin.append(next);
            end = end(begin.toString());
        }
        if (end.isEmpty()) {
            if (quote != 0) {
                quote = next == quote ? 0 : quote;
            } else if (next == '"' || next == '\'') {
                quote = next;
            } else if (next == '>') {
                outside();
            }
            return;
        }
        last.append(next);
        if (last.length() > end.length()) {
            last.deleteCharAt(0);
        }
        if (last.toString().equals(end)) {
            outside();
        }
    }

    /** A comment's own first characters are no part of its end: {@code <!-->} is none. */
    private static String end(String begun) {
        if (begun.startsWith("?")) {
            return "?>";
        }
        return begun.startsWith(COMMENT) ? "-->" : begun.startsWith(CDATA) ? "]]>" : "";
    }

    private void outside() {
        length = 0;
        end = "";
        begin.setLength(0);
        last.setLength(0);
    }
}
