package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.linux.PretendContainer.Second;
import dev.watchdog.testing.NeedsRoot;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That the kernel, asked for one mount, tells what its table tells. */
@NeedsRoot
@NullUnmarked // what must be there is dereferenced: a null fails the test
class MountPropagationKernelIT {
    @ParameterizedTest
    @EnumSource
    void tellsWhatTheTableTells(Second second) throws IOException {
        try (PretendContainer container = PretendContainer.make(second)) {
            for (int pid : new int[] {container.init(), container.runner(), container.second()}) {
                String path = pid == container.init()
                        ? "/"
                        : Path.of(container.rootfs()).getParent().toString();
                try (Pidfd process = Pidfd.open(pid);
                        RootView view = RootView.of(process);
                        Descriptor there = view.open(path)) {
                    long id = there.status().mountId();
                    String inTable =
                            MountTable.of(pid, MountFilter.byId(id)).byId(id).propagation();
                    assertThat(MountPropagation.of(pid, there)).isEqualTo(inTable);
                    String asked = MountPropagation.asked(pid, there);
                    assertThat(asked == null ? inTable : asked).isEqualTo(inTable);
                    assertThat(inTable.contains("shared:"))
                            .isEqualTo(second == Second.SLAVE && pid == container.runner());
                    assertThat(inTable.contains("master:"))
                            .isEqualTo(second == Second.SLAVE && pid == container.second());
                }
            }
        }
    }
}
