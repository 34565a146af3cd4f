package dev.watchdog.web;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request in the one form that is taken here, a small part of what RFC 9112 allows: GET or POST, a path
 * in origin form that can be decoded, one Host, and a body only with a POST and of a length given once. All else is
 * refused, whatever the parser behind this makes of it: where two readers of the same bytes may differ, requests are
 * smuggled. Pure.
 *
 * @param method GET or POST
 * @param bodyLength bytes that follow the head
 */
record RequestHead(String method, int bodyLength) {
    private static final Pattern REQUEST_LINE = Pattern.compile("([A-Z]{1,20}) ([!-~]+) HTTP/([0-9]\\.[0-9])");
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** What RFC 3986 lets stand in a path and a query, beside letters, digits and what a per cent sign begins. */
    private static final String MARKS = "-._~!$&'()*+,;=:@/?";

    private static final Pattern ABSOLUTE = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://.*");
    private static final Pattern HOST = Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::[0-9]{0,5})?");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,9}");

    /** What may stand there once: two of them can be read in two ways. */
    private static final Set<String> ONCE = Set.of(
            "host",
            "content-length",
            "content-type",
            "content-encoding",
            "transfer-encoding",
            "expect",
            "upgrade",
            "authorization",
            "last-event-id");

    /**
     * Reads a head.
     *
     * @param head with the empty line at its end, of lines that end in CR LF
     * @param hosts which names of a Host are this server's, without port
     * @throws Problem.Refusal with what is wrong
     */
    static RequestHead parse(byte[] head, Predicate<String> hosts) {
        String[] lines = new String(head, StandardCharsets.ISO_8859_1).split("\r\n", -1);
        Matcher first = REQUEST_LINE.matcher(lines[0]);
        if (!first.matches()) {
            throw new Problem.Refusal(400, "that is no request line");
        }
        if (!first.group(3).startsWith("1.")) {
            throw new Problem.Refusal(505, "HTTP/1.1 is spoken here");
        }
        checkMethod(first.group(1));
        checkTarget(first.group(2));
        Map<String, String> headers = headers(lines);
        checkHost(headers.get("host"), first.group(3).equals("1.0"), hosts);
        checkUpgrade(headers.get("upgrade"));
        return new RequestHead(first.group(1), bodyLength(first.group(1), headers));
    }

    private static void checkMethod(String method) {
        if (!method.equals("GET") && !method.equals("POST")) {
            throw new Problem.Refusal(405, "only GET and POST are taken here");
        }
    }

    private static void checkTarget(String target) {
        if (ABSOLUTE.matcher(target).matches()) {
            throw new Problem.Refusal(421, "this is no proxy: ask for a path, such as /api/v1/status");
        }
        if (target.charAt(0) != '/' || !isWellFormed(target) || !isUtf8(target)) {
            throw new Problem.Refusal(400, "the path or the query cannot be read");
        }
    }

    /** By hand, and not by a pattern: matching one goes as deep into the stack as the target is long. */
    private static boolean isWellFormed(String target) {
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c == '%') {
                if (i + 2 >= target.length() || !isHex(target.charAt(i + 1)) || !isHex(target.charAt(i + 2))) {
                    return false;
                }
                i += 2;
            } else if (!isLetterOrDigit(c) && MARKS.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isHex(char c) {
        return Character.digit(c, 16) >= 0;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    /** Whether what the per cent signs stand for is text. */
    private static boolean isUtf8(String target) {
        String bytes = URLDecoder.decode(target, StandardCharsets.ISO_8859_1);
        try {
            String ignored = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static Map<String, String> headers(String[] lines) {
        // the first line is the request's, the last two are what the empty line leaves
        int count = lines.length - 3;
        if (count > HttpLimits.REQUEST_HEADERS) {
            throw new Problem.Refusal(431, "a request has at most " + HttpLimits.REQUEST_HEADERS + " headers");
        }
        Map<String, String> headers = new HashMap<>();
        for (int i = 1; i <= count; i++) {
            String[] header = lines[i].split(":", 2);
            if (header.length < 2 || !NAME.matcher(header[0]).matches()) {
                throw new Problem.Refusal(400, "there is a header that cannot be read");
            }
            String name = header[0].toLowerCase(Locale.ROOT);
            if (headers.put(name, header[1].trim()) != null && ONCE.contains(name)) {
                throw new Problem.Refusal(400, "the header " + name + " may stand there only once");
            }
        }
        return headers;
    }

    private static void checkHost(@Nullable String host, boolean old, Predicate<String> hosts) {
        if (host == null && old) {
            return;
        }
        Matcher parts = HOST.matcher(host == null ? "" : host);
        if (!parts.matches()) {
            throw new Problem.Refusal(400, "a request names one host");
        }
        if (!hosts.test(parts.group(1))) {
            throw new Problem.Refusal(421, "ask for this host by its address, as localhost or by its own name");
        }
    }

    /**
     * The protocol is never switched. Java's own client offers h2c with its first request and goes on with HTTP/1.1
     * when that is passed over, as RFC 9110 section 7.8 allows; nothing else needs to ask.
     */
    private static void checkUpgrade(@Nullable String upgrade) {
        if (upgrade != null && !upgrade.equals("h2c")) {
            throw new Problem.Refusal(400, "only HTTP/1.1 is spoken here");
        }
    }

    private static int bodyLength(String method, Map<String, String> headers) {
        String length = headers.get("content-length");
        if (headers.containsKey("transfer-encoding")) {
            throw new Problem.Refusal(length == null ? 411 : 400, "a body comes with a Content-Length, not in chunks");
        }
        if (length == null) {
            if (method.equals("POST")) {
                throw new Problem.Refusal(411, "a POST comes with a Content-Length");
            }
            return 0;
        }
        if (!LENGTH.matcher(length).matches()) {
            throw new Problem.Refusal(400, "the Content-Length cannot be read");
        }
        int bytes = Integer.parseInt(length);
        if (bytes > 0 && method.equals("GET")) {
            throw new Problem.Refusal(400, "a GET has no body");
        }
        if (bytes > HttpLimits.REQUEST_BODY) {
            throw new Problem.Refusal(413, "a command has at most " + HttpLimits.REQUEST_BODY + " bytes");
        }
        return bytes;
    }
}
