package dev.watchdog.kafka;

import dev.watchdog.events.Subject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who may sign commands, and for what. The components are the keys of an entry in the ring's file.
 *
 * @param verbs what it may ask for; {@code *} is everything
 * @param subjects what it may ask it of: {@code container/<id>}, {@code container/*}, {@code host}; {@code *} is everything
 * @param fleet true if it may address every host at once; not said: false
 * @param notAfter when it stops being accepted
 */
public record KeyEntry(
        String id,
        Ed25519Key publicKey,
        List<String> verbs,
        List<String> subjects,
        Optional<Boolean> fleet,
        Optional<Instant> notAfter) {
    private static final String ALL = "*";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern VERB = Pattern.compile("\\*|[a-z][a-z0-9-]{0,31}");

    public KeyEntry {
        require(isId(id), "must be 1 to 64 letters, digits, dots, underscores or hyphens");
        require(!verbs.isEmpty(), "must name at least one verb, such as [report, probe]; \"*\" is all");
        require(
                verbs.stream().allMatch(verb -> VERB.matcher(verb).matches()),
                "must be words such as heal, or \"*\" for all");
        require(!subjects.isEmpty(), "must name at least one subject, such as [\"container/*\"]; \"*\" is all");
        require(
                subjects.stream().allMatch(KeyEntry::isPattern),
                "must be subjects such as container/*, guest/<uuid> or host, or \"*\" for all");
        verbs = List.copyOf(verbs);
        subjects = List.copyOf(subjects);
    }

    /** True for what can be the id of a key. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /** True if it may ask for this. */
    public boolean allowsVerb(String verb) {
        return verbs.contains(ALL) || verbs.contains(verb);
    }

    /** True if it may ask for something of this subject. */
    public boolean allows(Subject subject) {
        return allowsEverySubject()
                || subjects.contains(subject.toString())
                || subjects.contains(subject.kind() + "/" + ALL);
    }

    /** True if it may ask for something of any subject, whatever it is. */
    public boolean allowsEverySubject() {
        return subjects.contains(ALL);
    }

    /** True if it may address every host at once. */
    public boolean allowsFleet() {
        return fleet.orElse(false);
    }

    /** True if it is not accepted any more. */
    public boolean endedAt(Instant now) {
        return notAfter.isPresent() && now.isAfter(notAfter.get());
    }

    private static boolean isPattern(String text) {
        if (text.equals(ALL)) {
            return true;
        }
        try {
            Subject.parse(text.endsWith("/" + ALL) ? text.substring(0, text.length() - 1) + "x" : text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
