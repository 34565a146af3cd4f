package dev.watchdog.cli;

/** Text that others chose, made safe for a terminal: one line, no escape sequences, no tricks with direction. */
final class Plain {
    private Plain() {}

    static String of(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            switch (Character.getType(point)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.SURROGATE,
                        Character.PRIVATE_USE,
                        Character.UNASSIGNED,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR ->
                    plain.append(String.format(point > 0xffff ? "\\U%08x" : "\\u%04x", point));
                default -> plain.appendCodePoint(point);
            }
        });
        return plain.toString();
    }
}
