package dev.watchdog.events;

import java.util.regex.Pattern;

/** What the parts of a command may be, at every door. Safe to use from any thread. */
public final class CommandRules {
    /** So many arguments, expectations and labels at most, each. */
    public static final int MOST_ENTRIES = 16;

    /** No text is longer, in UTF-16 units. */
    public static final int LONGEST_TEXT = 1_024;

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,63}");
    private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    /** Fault and action ids and the policy's name mean something else wherever a command's id may stand. */
    private static final Pattern TAKEN = Pattern.compile("policy|[0-9a-f]{8}-[faw][0-9]+");

    private CommandRules() {}

    /** True for what can be the id of a command: not that of a fault or an action, and not the policy's name. */
    public static boolean isId(String id) {
        return ID.matcher(id).matches() && !TAKEN.matcher(id).matches();
    }

    /** True for what can be a verb, or the name of an argument or an expectation. */
    public static boolean isWord(String word) {
        return WORD.matcher(word).matches();
    }

    /** True for what can be the id of a host, or of a key. */
    public static boolean isHost(String id) {
        return HOST.matcher(id).matches();
    }

    /** True for text of at most {@link #LONGEST_TEXT} that people can be shown: nothing invisible, no half characters. */
    public static boolean isText(String text) {
        return text.length() <= LONGEST_TEXT && text.codePoints().noneMatch(CommandRules::unprintable);
    }

    private static boolean unprintable(int c) {
        int type = Character.getType(c);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.UNASSIGNED;
    }
}
