package dev.watchdog.cli;

import java.util.Locale;

/**
 * One column of a table.
 *
 * @param title its heading
 * @param gives when it is cut if the terminal is too narrow
 * @param wide only shown when everything is
 */
record Column(String title, Gives gives, boolean wide) {
    /** Which columns give way first: those of the first kind until they are as narrow as can be, then the next. */
    enum Gives {
        /** Sentences. */
        FIRST,
        /** Kinds, states and times. */
        LATER,
        /** What is typed to name a row. */
        LAST
    }

    Column {
        title = title.toUpperCase(Locale.ROOT);
    }

    /** An id or a name. */
    static Column key(String title) {
        return new Column(title, Gives.LAST, false);
    }

    /** A word. */
    static Column word(String title) {
        return new Column(title, Gives.LATER, false);
    }

    /** A sentence. */
    static Column sentence(String title) {
        return new Column(title, Gives.FIRST, false);
    }

    /** Only shown when everything is. */
    static Column wide(String title) {
        return new Column(title, Gives.LATER, true);
    }
}
