package dev.watchdog.containers;

import dev.watchdog.healing.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A room in a process of its own that is killed, as by SIGKILL and by it, when its first repair comes to a step. */
final class RoomThatDies {
    private RoomThatDies() {}

    /** The engine's address, the journal's directory, the step. */
    public static void main(String[] arguments) throws Exception {
        RepairStep last = RepairStep.valueOf(arguments[2]);
        String self = Long.toString(ProcessHandle.current().pid());
        PretendRoom room = new PretendRoom(
                Path.of(arguments[1]),
                Mode.HEAL,
                step -> {
                    if (step == last) {
                        kill(self);
                    }
                },
                PretendRoom.engine(arguments[0]));
        room.awaitCount(dev.watchdog.events.FaultCleared.class, 1);
        new CountDownLatch(1).await();
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
