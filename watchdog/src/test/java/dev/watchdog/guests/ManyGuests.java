package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.healing.Mode;
import dev.watchdog.linux.KernelFiles;
import dev.watchdog.linux.SystemClock;
import java.nio.file.Path;
import java.util.List;

/** As many guests as are watched, in a process with the agent's heap. Arguments: a directory, how many. */
public final class ManyGuests {
    private static final int LOOKS = 4;

    private ManyGuests() {}

    public static void main(String[] arguments) throws Exception {
        int many = Integer.parseInt(arguments[1]);
        SystemClock clock = SystemClock.open();
        PretendHypervisor hypervisor = new PretendHypervisor("qemu:///many", clock, held -> {});
        for (int i = 0; i < many; i++) {
            hypervisor.guest("a guest with a name that is somewhat long " + i, 1_024, 700);
        }
        try (GuestsRoom room = new GuestsRoom(
                Path.of(arguments[0]),
                clock,
                Mode.HEAL,
                GuestsSettings.DEFAULTS,
                List.of(hypervisor),
                KernelFiles.HOST)) {
            for (int i = 0; i < LOOKS; i++) {
                assertThat(room.look().guests()).hasSize(many);
                room.rounds.clear();
            }
            assertThat(room.room.inventory()).hasSize(many);
            Runtime runtime = Runtime.getRuntime();
            System.gc();
            System.out.printf("%d guests hold %d KiB%n", many, (runtime.totalMemory() - runtime.freeMemory()) >> 10);
        }
        System.out.println("done");
        System.exit(0);
    }
}
