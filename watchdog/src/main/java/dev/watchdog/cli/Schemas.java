package dev.watchdog.cli;

import dev.watchdog.events.ContractFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes the contract's documents into a directory, for generators and validators. */
@Command(
        name = "schemas",
        description = "Writes the JSON Schemas and the AsyncAPI document of this version into a directory.",
        footer = {
            "",
            "Without --out it lists them. An agent serves the same at /api/v1/asyncapi.yaml and /api/v1/schema/NAME.",
            "",
            "Example: watchdog schemas --out contract"
        })
final class Schemas implements Callable<Integer> {
    private final Global global;

    @Option(names = "--out", paramLabel = "DIR", description = "Where they go; is made if it is not there.")
    private @Nullable Path out;

    Schemas(Global global) {
        this.global = global;
    }

    @Override
    public Integer call() {
        if (out != null) {
            write(out);
        }
        if (global.json()) {
            global.print(Map.of("files", ContractFiles.names()));
        } else {
            ContractFiles.names()
                    .forEach(name -> global.out()
                            .println(out == null ? name : out.resolve(name).toString()));
            global.out().flush();
        }
        return Exit.OK;
    }

    private static void write(Path directory) {
        try {
            Files.createDirectories(directory.resolve(ContractFiles.SCHEMAS));
            for (String name : ContractFiles.names()) {
                Files.write(directory.resolve(name), ContractFiles.read(name).orElseThrow());
            }
        } catch (IOException e) {
            throw new CommandFailure(
                    Exit.FAULTS,
                    "cannot write into " + directory + " (" + e.getMessage() + "): name another with --out");
        }
    }
}
