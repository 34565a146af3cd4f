package dev.watchdog.cli;

import dev.watchdog.agent.ConfigurationException;
import dev.watchdog.agent.StartException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells in one line what went wrong and what helps; as JSON when JSON was asked for. On stderr. */
final class Mistakes {
    private static final Logger LOG = LoggerFactory.getLogger(Mistakes.class);

    private final Global global;
    private final PrintWriter err;

    Mistakes(Global global, PrintWriter err) {
        this.global = global;
        this.err = err;
    }

    /** A command that could not do it; returns the exit code. */
    int tell(Exception failure) {
        if (failure instanceof CommandFailure known) {
            return tell(String.valueOf(known.getMessage()), known.exitCode(), global.json());
        }
        if (failure instanceof ConfigurationException || failure instanceof StartException) {
            return tell(String.valueOf(failure.getMessage()), Exit.CANNOT_START, global.json());
        }
        LOG.debug("this should not happen", failure);
        String what = "this should not happen: " + Plain.of(String.valueOf(failure));
        return tell(what + "; --log-level debug tells where", Exit.SOFTWARE, global.json());
    }

    /** A command line that is not understood; returns the exit code. */
    int wrong(ParameterException failure, List<String> arguments) {
        String command = failure.getCommandLine().getCommandSpec().qualifiedName();
        boolean json =
                arguments.contains("--json") || String.join(" ", arguments).matches(".*(-o|--output)[ =]?json.*");
        return tell(Plain.of(words(failure, command)) + "; '" + command + " --help' explains", Exit.USAGE, json);
    }

    private static String words(ParameterException failure, String command) {
        if (failure.getCause() instanceof CommandFailure known) {
            return String.valueOf(known.getMessage());
        }
        if (failure instanceof UnmatchedArgumentException unmatched) {
            return unmatched(unmatched, command);
        }
        if (failure instanceof MissingParameterException missing
                && !missing.getMissing().isEmpty()) {
            return "'" + command + "' needs "
                    + missing.getMissing().stream()
                            .map(Mistakes::name)
                            .distinct()
                            .collect(Collectors.joining(" and "));
        }
        return String.valueOf(failure.getMessage());
    }

    private static String unmatched(UnmatchedArgumentException failure, String command) {
        String first = failure.getUnmatched().get(0);
        boolean option = first.startsWith("-");
        boolean hasCommands = !failure.getCommandLine().getSubcommands().isEmpty();
        String what = option ? "option" : hasCommands ? "command" : "argument";
        List<String> near = failure.getSuggestions();
        return "'" + command + "' has no " + what + " '" + first + "'"
                + (near.isEmpty() ? "" : ": did you mean " + String.join(" or ", near) + "?");
    }

    private static String name(ArgSpec argument) {
        return argument.isOption() ? argument.toString() : argument.paramLabel();
    }

    private int tell(String message, int code, boolean json) {
        if (json) {
            Map<String, Object> told = new LinkedHashMap<>();
            told.put("error", message);
            told.put("exitCode", code);
            err.println(Global.write(told));
        } else {
            err.println("watchdog: " + message);
        }
        err.flush();
        return code;
    }
}
