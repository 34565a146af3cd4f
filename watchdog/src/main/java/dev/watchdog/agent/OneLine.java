package dev.watchdog.agent;

/** An exception as one short line for people. */
final class OneLine {
    private static final int LONGEST = 300;

    private OneLine() {}

    static String of(Throwable failure) {
        String message = failure.getMessage();
        String text = message == null || message.isBlank()
                ? failure.getClass().getSimpleName()
                : message.lines().findFirst().orElse("").strip();
        StringBuilder clean = new StringBuilder();
        text.codePoints()
                .limit(LONGEST)
                .forEach(point -> clean.appendCodePoint(Character.isISOControl(point) ? ' ' : point));
        return clean.toString();
    }
}
