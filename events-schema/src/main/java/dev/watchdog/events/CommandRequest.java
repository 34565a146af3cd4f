package dev.watchdog.events;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A command as its sender means it. What could not be read again cannot be made: the constructor checks every part.
 *
 * @param id unique for its source, and best for all; a second command of the same id and source is the same command
 * @param source who sends it, a URI-reference of 1 to 256 characters
 * @param time when it was sent, in whole seconds (what is below is cut off)
 * @param expiry from when on it must not be carried out, in whole seconds, after {@code time}
 * @param verb a word, such as {@code heal}
 * @param target which hosts it is for
 * @param arguments at most 16, by words
 * @param expect what must hold when it is carried out, else it fails: {@code fault}, {@code state}, {@code mode}
 * @param reason why, for people; may be empty
 * @param dryRun to be told what would be done, without anything being done
 */
public record CommandRequest(
        String id,
        String source,
        Instant time,
        Instant expiry,
        String verb,
        Target target,
        Map<String, String> arguments,
        Map<String, String> expect,
        String reason,
        boolean dryRun) {
    /** The CloudEvents type of commands. */
    public static final String TYPE = "dev.watchdog.command.requested.v1";

    /** The {@code $id} of the JSON Schema of their data. */
    public static final String SCHEMA = "https://watchdog.dev/schemas/command.requested.v1.json";

    private static final Pattern SOURCE = Pattern.compile("[A-Za-z0-9._~:/?#\\[\\]@!$&'()*+,;=%-]{1,256}");

    /** Four digits of a year, and none that a clock would show by mistake only. */
    private static final Instant FIRST = Instant.parse("2000-01-01T00:00:00Z");

    private static final Instant LAST = Instant.parse("2200-01-01T00:00:00Z");

    /** @throws IllegalArgumentException with the part that is not as it must be, and how it must be */
    public CommandRequest {
        check(
                CommandRules.isId(id),
                "its id is not 1 to 64 letters, digits, dots, colons, underscores and hyphens, or is that of a fault"
                        + " or an action");
        check(isSource(source), "its source is not a URI-reference of 1 to 256 characters");
        time = time.truncatedTo(ChronoUnit.SECONDS);
        expiry = expiry.truncatedTo(ChronoUnit.SECONDS);
        check(!time.isBefore(FIRST) && expiry.isBefore(LAST), "its times are not between the years 2000 and 2200");
        check(expiry.isAfter(time), "its expiry is not after its time");
        check(CommandRules.isWord(verb), "its verb is not a word such as heal");
        arguments = words(arguments, "argument");
        expect = words(expect, "expectation");
        check(CommandRules.isText(reason), "its reason is too long or not printable");
    }

    private static Map<String, String> words(Map<String, String> texts, String what) {
        check(texts.size() <= CommandRules.MOST_ENTRIES, "it has too many " + what + "s");
        texts.forEach((name, text) -> {
            check(CommandRules.isWord(name), "the name of an " + what + " is not a word such as fault");
            check(CommandRules.isText(text), "an " + what + " is too long or not printable");
        });
        return InOrder.copyOf(texts);
    }

    private static boolean isSource(String source) {
        try {
            return SOURCE.matcher(source).matches() && new URI(source) != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    static void check(boolean good, String why) {
        if (!good) {
            throw new IllegalArgumentException(why);
        }
    }
}
