package dev.watchdog.docker;

import dev.watchdog.docker.WantedFields.Node;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Lets pass the wanted fields of JSON values that follow each other, and nothing else, in a buffer of a few kilobytes: the
 * labels and mounts of a container are as many as its owner likes. What passes is cut out as it stands, for another to
 * parse; of what does not pass only brackets and quotes are looked at. A text or a number that is too long becomes {@code
 * null}. Confined to one thread.
 */
final class JsonSieve extends InputStream {
    private static final int LONGEST_NAME = 64;
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    private final InputStream in;
    private final Node wanted;
    private final long mostRead;
    private final int longestText;
    private final SieveOutput out;
    private final byte[] buffer = new byte[1 << 13];
    private int at;
    private int end;
    /** Of the value that is read. */
    private long read;

    /**
     * Nothing is read yet.
     *
     * @param mostRead bytes of one value
     * @param mostPassed bytes of what passes of one value
     * @param longestText bytes of one text that passes
     */
    JsonSieve(InputStream in, Node wanted, long mostRead, int mostPassed, int longestText) {
        this.in = in;
        this.wanted = wanted;
        this.mostRead = mostRead;
        this.longestText = longestText;
        this.out = new SieveOutput(mostPassed);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (out.isEmpty() && !value()) {
            return -1;
        }
        return out.take(bytes, offset, length);
    }

    /** Reads the next value; false at the end. */
    private boolean value() throws IOException {
        read = 0;
        int first = next();
        while (isSpace(first)) {
            first = next();
        }
        if (first < 0) {
            return false;
        }
        pass(wanted, first, true);
        out.write('\n');
        return true;
    }

    private void pass(Node node, int first, boolean arrays) throws IOException {
        if (first == '{' && !node.isLeaf()) {
            object(node);
        } else if (first == '[' && arrays) {
            array(node);
        } else if (first == '"' && node.isLeaf()) {
            int start = out.mark();
            out.write('"');
            string(longestText, start);
        } else if (first != '{' && first != '[' && first != '"' && node.isLeaf()) {
            literal(first);
        } else {
            skip(first);
            out.write(NULL);
        }
    }

    private void object(Node node) throws IOException {
        out.write('{');
        boolean more = false;
        int next = token();
        while (next != '}') {
            if (next != '"') {
                throw new BadAnswer("JSON with a field that has no name");
            }
            String name = name();
            if (token() != ':') {
                throw new BadAnswer("JSON with a field that has no value");
            }
            Node field = node.fields().get(name);
            int first = token();
            if (field == null) {
                skip(first);
            } else {
                out.write((more ? ",\"" : "\"").getBytes(StandardCharsets.US_ASCII));
                out.write((name + "\":").getBytes(StandardCharsets.US_ASCII));
                pass(field, first, true);
                more = true;
            }
            next = after('}');
        }
        out.write('}');
    }

    private void array(Node node) throws IOException {
        out.write('[');
        boolean more = false;
        int next = token();
        while (next != ']') {
            if (more) {
                out.write(',');
            }
            pass(node, next, false);
            more = true;
            next = after(']');
        }
        out.write(']');
    }

    /** The beginning of the next element, or the bracket that ends them. */
    private int after(int bracket) throws IOException {
        int next = token();
        if (next == ',') {
            return token();
        }
        if (next != bracket) {
            throw new BadAnswer("JSON with elements that are not apart");
        }
        return next;
    }

    /** Empty for one that is longer than any that is wanted, or written in an odd way. */
    private String name() throws IOException {
        StringBuilder name = new StringBuilder();
        boolean odd = false;
        for (int next = some(); next != '"'; next = some()) {
            odd |= next == '\\' || name.length() == LONGEST_NAME;
            if (!odd) {
                name.append((char) next);
            } else if (next == '\\') {
                int ignored = some();
            }
        }
        return odd ? "" : name.toString();
    }

    /** The rest of a text, passed on unless it is too long. */
    private void string(int longest, int start) throws IOException {
        boolean keep = longest > 0;
        int length = 0;
        for (int next = some(); next != '"'; next = some()) {
            length++;
            if (keep && length > longest) {
                keep = false;
                out.back(start);
            }
            int escaped = next == '\\' ? some() : -1;
            if (keep) {
                out.write(next);
                if (escaped >= 0) {
                    out.write(escaped);
                }
            }
        }
        if (keep) {
            out.write('"');
        } else if (longest > 0) {
            out.write(NULL);
        }
    }

    /** A number, true, false or null. */
    private void literal(int first) throws IOException {
        int start = out.mark();
        int length = 0;
        int next = first;
        while (isLiteral(next)) {
            if (length++ < LONGEST_NAME) {
                out.write(next);
            }
            next = next();
        }
        if (length == 0) {
            throw new BadAnswer("what is no JSON");
        }
        if (next >= 0) {
            at--;
            read--;
        }
        if (length > LONGEST_NAME) {
            out.back(start);
            out.write(NULL);
        }
    }

    private void skip(int first) throws IOException {
        if (first == '"') {
            string(0, 0);
        } else if (first == '{' || first == '[') {
            long open = 1;
            while (open > 0) {
                int next = some();
                if (next == '"') {
                    string(0, 0);
                } else if (next == '{' || next == '[') {
                    open++;
                } else if (next == '}' || next == ']') {
                    open--;
                }
            }
        } else {
            int start = out.mark();
            literal(first);
            out.back(start);
        }
    }

    private static boolean isLiteral(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == 'E' || c == '+' || c == '-' || c == '.';
    }

    private static boolean isSpace(int c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }

    /** The next that is no space, within a value. */
    private int token() throws IOException {
        int next = some();
        while (isSpace(next)) {
            next = some();
        }
        return next;
    }

    private int some() throws IOException {
        int next = next();
        if (next < 0) {
            throw new EOFException("the answer ended within JSON");
        }
        return next;
    }

    private int next() throws IOException {
        if (at == end) {
            end = Math.max(0, in.read(buffer, 0, buffer.length));
            at = 0;
            if (end == 0) {
                return -1;
            }
        }
        if (++read > mostRead) {
            throw BadAnswer.tooLarge("an answer of more than " + (mostRead >> 20) + " MiB");
        }
        return buffer[at++] & 0xff;
    }
}
