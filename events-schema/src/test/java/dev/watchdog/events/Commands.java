package dev.watchdog.events;

import java.security.KeyPair;
import java.time.Instant;
import java.util.Map;

/** Commands and keys for tests. */
final class Commands {
    static final String KEY_ID = "ops-1";
    static final KeyPair KEYS = Keys.generate();
    static final KeyPair OTHER = Keys.generate();
    static final CommandSigner SIGNER = new CommandSigner(KEY_ID, KEYS.getPrivate());
    static final CommandVerifier VERIFIER = new CommandVerifier(Map.of(KEY_ID, KEYS.getPublic()));

    static final CommandRequest HEAL = new CommandRequest(
            "0b6f6c0e-3c55-4d0e-8d1b-5f1f6f0f2c77",
            "/teams/ops",
            Instant.parse("2026-11-22T13:05:07Z"),
            Instant.parse("2026-11-22T13:10:07Z"),
            "heal",
            new Target.Host("7c1e9a52d0b84f3f"),
            Map.of("fault", "9b3e07d1-f70"),
            Map.of("state", "faulty"),
            "ticket 4711: für \uD83D\uDC15",
            true);

    private Commands() {}

    static CommandRequest to(Target target) {
        return new CommandRequest(
                HEAL.id(),
                HEAL.source(),
                HEAL.time(),
                HEAL.expiry(),
                HEAL.verb(),
                target,
                HEAL.arguments(),
                HEAL.expect(),
                HEAL.reason(),
                HEAL.dryRun());
    }

    static Parsed parse(Message message) {
        return CommandReader.parse(message.value(), message.headers());
    }

    static Parsed.Good good(Message message) {
        Parsed parsed = parse(message);
        if (parsed instanceof Parsed.Good good) {
            return good;
        }
        throw new AssertionError(parsed);
    }
}
