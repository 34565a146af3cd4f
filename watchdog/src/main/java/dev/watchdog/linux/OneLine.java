package dev.watchdog.linux;

/** Makes any text fit for one line of a message: control characters and unpaired surrogates become {@code \\uXXXX}. */
final class OneLine {
    private OneLine() {}

    static String of(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean odd = Character.isISOControl(c) || Character.isSurrogate(c) || c == '\u2028' || c == '\u2029';
            if (odd) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
