package dev.watchdog.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.watchdog.agent.JournalView;
import dev.watchdog.linux.SystemClock;
import java.io.IOException;
import java.nio.file.Path;

/** The journal of an agent that does not run, asked like the agent. Works on a copy, which goes when it is closed. */
final class StoppedAgent implements Api, AutoCloseable {
    private final TemporaryDirectory directory;
    private final JournalView view;
    private final ControlClient client;

    private StoppedAgent(TemporaryDirectory directory, JournalView view, ControlClient client) {
        this.directory = directory;
        this.view = view;
        this.client = client;
    }

    static StoppedAgent open(Path journal, Global global) {
        global.quiet();
        TemporaryDirectory directory = null;
        try {
            directory = TemporaryDirectory.make("watchdog-journal-");
            Path socket = directory.path().resolve("control/control.sock");
            JournalView view = JournalView.open(
                    journal,
                    directory.path().resolve("journal"),
                    socket,
                    global.configuration(),
                    global.domains(),
                    SystemClock.open(),
                    Watchdog.version());
            return new StoppedAgent(directory, view, new ControlClient(socket));
        } catch (IOException e) {
            remove(directory);
            throw new CommandFailure(Exit.CANNOT_START, "the journal cannot be copied to be read: " + e);
        } catch (RuntimeException e) {
            remove(directory);
            throw e;
        }
    }

    private static void remove(@org.jspecify.annotations.Nullable TemporaryDirectory directory) {
        if (directory != null) {
            try {
                directory.close();
            } catch (IOException e) {
                throw new CommandFailure(Exit.CANNOT_START, directory.path() + " cannot be removed: " + e);
            }
        }
    }

    @Override
    public JsonNode get(String path) {
        return Global.read(client.get(path));
    }

    @Override
    public void close() {
        view.close();
        remove(directory);
    }
}
