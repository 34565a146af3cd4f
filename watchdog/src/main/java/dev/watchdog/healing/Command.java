package dev.watchdog.healing;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What another system or a person asks for. It is named by its source and id: the same one is carried out once, however
 * often it comes, and gets the same answer.
 *
 * @param id given by the sender, unique for its source
 * @param source who sent it, a URI-reference
 * @param expect what must be so when it is accepted and again just before its action starts: {@code fault}, the id of
 *     one that is open; {@code state} of the subject, healthy or faulty; {@code mode} of the fault kind
 * @param reason why, in the sender's words; may be empty
 * @param dryRun says what would be done, and does nothing
 * @param origin the door it came through: {@code control-socket}, {@code http} or {@code kafka}
 * @param key the id of the key that signed it; empty when none did
 * @param digest of what was asked: another one under the same source and id is another command, which is refused
 * @param expiry its action does not start after this; null for never
 * @param bookmark of the reader that brought it; null when there is none
 */
public record Command(
        String id,
        String source,
        String verb,
        Map<String, String> arguments,
        Map<String, String> expect,
        String reason,
        boolean dryRun,
        String origin,
        String key,
        String digest,
        @Nullable Instant expiry,
        @Nullable Bookmark bookmark) {
    /** A clock of the sender, or ours before it was set, may have been wrong by so much. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    /** A sender without an expiry does not ask again after this. */
    private static final Duration PATIENCE = Duration.ofHours(1);

    /** Longer than a topic keeps its records by default. */
    private static final Duration KEEP = Duration.ofDays(8);

    public Command {
        arguments = Map.copyOf(arguments);
        expect = Map.copyOf(expect);
    }

    /** One that came through a door of this host and expects nothing; its source is its origin. */
    public Command(String id, String verb, Map<String, String> arguments, String origin, String reason) {
        this(id, origin, verb, arguments, Map.of(), reason, origin);
    }

    /**
     * One that came through a door of this host: unsigned, without an expiry; a dry run if the argument {@code dry-run}
     * says {@code true}.
     */
    public Command(
            String id,
            String source,
            String verb,
            Map<String, String> arguments,
            Map<String, String> expect,
            String reason,
            String origin) {
        this(
                id,
                source,
                verb,
                arguments,
                expect,
                reason,
                "true".equals(arguments.get("dry-run")),
                origin,
                "",
                digest(verb, arguments, expect, reason),
                null,
                null);
    }

    /** The argument, or an empty string. */
    public String argument(String name) {
        return arguments.getOrDefault(name, "");
    }

    /** The same request, with ids in place of names: its digest stays that of what was sent. */
    Command resolved(Map<String, String> newer) {
        return new Command(id, source, verb, newer, expect, reason, dryRun, origin, key, digest, expiry, bookmark);
    }

    /** Of all that makes one request differ from another, in hex digits. */
    static String digest(String verb, Map<String, String> arguments, Map<String, String> expect, String reason) {
        MessageDigest digest = sha256();
        digest(digest, verb);
        digest(digest, arguments);
        digest(digest, expect);
        digest(digest, reason);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void digest(MessageDigest digest, Map<String, String> texts) {
        digest(digest, Integer.toString(texts.size()));
        new TreeMap<>(texts).forEach((name, value) -> {
            digest(digest, name);
            digest(digest, value);
        });
    }

    private static void digest(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** True if this is the same request as the other of the same id, not another one. */
    boolean sameAs(Command other) {
        return source.equals(other.source) && digest.equals(other.digest);
    }

    boolean expired(Instant now) {
        return expiry != null && !expiry.isAfter(now);
    }

    /** Until when it could be carried out if nobody remembered it. */
    Instant liveUntil(Instant now) {
        return expiry == null ? now.plus(PATIENCE) : expiry.plus(SKEW);
    }

    /** Until when its answer is to be known. */
    Instant keepUntil(Instant now) {
        Instant live = liveUntil(now);
        return (live.isAfter(now) ? live : now).plus(KEEP);
    }
}
