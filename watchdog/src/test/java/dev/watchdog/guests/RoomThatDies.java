package dev.watchdog.guests;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A room in a process of its own that is killed, as by SIGKILL and by it, when its first shrink comes to a step. */
final class RoomThatDies {
    private RoomThatDies() {}

    /** Starts one; with a step that there is not it lives on. */
    static Process start(String uri, Path directory, int budgetMib, String step, File log) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "-Djna.nosys=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RoomThatDies.class.getName(),
                        uri,
                        directory.toString(),
                        Integer.toString(budgetMib),
                        step)
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
    }

    /** The hypervisor's URI, the journal's directory, what all guests may have in MiB, the step. */
    public static void main(String[] arguments) throws Exception {
        String self = Long.toString(ProcessHandle.current().pid());
        GuestsRoom room =
                RealHost.start(arguments[0], Path.of(arguments[1]), Long.parseLong(arguments[2]), (step, action) -> {
                    if (step.name().equals(arguments[3]) && action.kind().equals(Kinds.SHRINK.name())) {
                        kill(self);
                    }
                });
        new CountDownLatch(1).await();
        room.close();
    }

    /** Without files of its own: nobody would be left to delete them. */
    private static void kill(String pid) {
        try {
            int ignored = new ProcessBuilder("busybox", "kill", "-KILL", pid)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("it cannot kill itself", e);
        }
    }
}
