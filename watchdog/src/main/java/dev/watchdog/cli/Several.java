package dev.watchdog.cli;

import java.util.List;

/** Asks about several things in one call, in their order: one that is refused keeps none of the others from its turn. */
final class Several {
    /**
     * Asks about one; returns an exit code.
     *
     * @param <E> what else may end it
     */
    @FunctionalInterface
    interface Ask<E extends Exception> {
        int of(String one) throws E;
    }

    private Several() {}

    /**
     * The worst exit code: what is broken goes before what was not seen.
     *
     * @throws CommandFailure nobody answers: the others' turn would be in vain
     */
    static <E extends Exception> int ask(Global global, List<String> all, Ask<E> ask) throws E {
        int code = Exit.OK;
        for (String one : all) {
            code = worse(code, told(global, one, all.size() > 1, ask));
        }
        return code;
    }

    private static <E extends Exception> int told(Global global, String one, boolean ofSeveral, Ask<E> ask) throws E {
        try {
            return ask.of(one);
        } catch (CommandFailure e) {
            if (e.exitCode() != Exit.FAULTS && e.exitCode() != Exit.BLIND) {
                throw e;
            }
            String why = String.valueOf(e.getMessage());
            CommandFailure told = ofSeveral ? new CommandFailure(e.exitCode(), Plain.of(one) + ": " + why) : e;
            return new Mistakes(global, global.err()).tell(told);
        }
    }

    private static int worse(int one, int other) {
        return one == Exit.FAULTS || other == Exit.FAULTS ? Exit.FAULTS : Math.max(one, other);
    }
}
