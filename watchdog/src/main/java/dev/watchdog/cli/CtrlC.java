package dev.watchdog.cli;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/** Until it is forgotten, Ctrl-C and SIGTERM end the process as if all was done: they are how a view is left. */
final class CtrlC {
    private final Thread hook;

    private CtrlC(Thread hook) {
        this.hook = hook;
    }

    /** {@code terminal} is given a new line first, for what the shell writes next; null when there is none. */
    static CtrlC endsWell(@Nullable PrintWriter terminal) {
        Thread hook = new Thread(
                () -> {
                    if (terminal != null) {
                        terminal.println();
                        terminal.flush();
                    }
                    Runtime.getRuntime().halt(Exit.OK);
                },
                "ctrl-c");
        Runtime.getRuntime().addShutdownHook(hook);
        return new CtrlC(hook);
    }

    void forget() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is ending by the hook itself
        }
    }
}
