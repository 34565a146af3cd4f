package dev.watchdog.events;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The documents of the contract as they ship in this jar, byte by byte: the AsyncAPI document and, beside it under
 * {@code schema/}, the JSON Schemas that it refers to. Safe to use from any thread; reads the jar.
 */
public final class ContractFiles {
    /** The name of the AsyncAPI document. */
    public static final String ASYNC_API = "asyncapi.yaml";

    /** What the names of the JSON Schemas begin with. */
    public static final String SCHEMAS = "schema/";

    private static final Set<String> NAMES = all();

    private ContractFiles() {}

    /** All names, such as {@code schema/fault.raised.v1.json}: paths relative to each other. */
    public static Set<String> names() {
        return NAMES;
    }

    /** What is in one of them; empty for a name that is none. */
    public static Optional<byte[]> read(String name) {
        if (!NAMES.contains(name)) {
            return Optional.empty();
        }
        try (InputStream in = ContractFiles.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("this jar lacks " + name);
            }
            return Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> all() {
        Set<String> types = new TreeSet<>(EventTypes.names());
        types.addAll(StateFormat.types());
        types.add(CommandRequest.TYPE);
        Set<String> names = new TreeSet<>(Set.of(
                ASYNC_API,
                SCHEMAS + "terms.v1.json",
                SCHEMAS + "envelope.v1.json",
                SCHEMAS + "state.envelope.v1.json",
                SCHEMAS + "command.envelope.v1.json"));
        types.forEach(type -> names.add(SCHEMAS + type.substring("dev.watchdog.".length()) + ".json"));
        return Collections.unmodifiableSet(names);
    }
}
