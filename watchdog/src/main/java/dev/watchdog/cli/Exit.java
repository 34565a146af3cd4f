package dev.watchdog.cli;

/** The exit codes, as {@code watchdog --help} lists them. */
final class Exit {
    static final int OK = 0;
    static final int FAULTS = 1;
    static final int BLIND = 2;
    static final int USAGE = 2;
    static final int UNREACHABLE = 3;
    static final int CANNOT_START = 4;

    /** EX_IOERR of sysexits(3): the answer could not be written. */
    static final int OUTPUT = 74;

    /** EX_SOFTWARE of sysexits(3). */
    static final int SOFTWARE = 70;

    private Exit() {}
}
