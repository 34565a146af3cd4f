package dev.watchdog.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What would be done, replayed in virtual time. */
@Command(name = "simulate", description = "Replays traces through the real policies in virtual time.")
final class Simulate implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name what to simulate: memory");
    }
}
