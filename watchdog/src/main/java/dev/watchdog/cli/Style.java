package dev.watchdog.cli;

/**
 * How tables are written.
 *
 * @param width of the terminal; 0 cuts nothing
 * @param wide all columns, uncut
 * @param colour states are coloured (ECMA-48), for a terminal
 */
record Style(int width, boolean wide, boolean colour) {
    static Style plain(int width) {
        return new Style(width, false, false);
    }

    Style at(int columns) {
        return new Style(columns, wide, colour);
    }
}
