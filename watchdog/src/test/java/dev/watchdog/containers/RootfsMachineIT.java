package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.docker.BusyboxImage;
import dev.watchdog.docker.Docker;
import dev.watchdog.testing.Machine;
import dev.watchdog.testing.NeedsMachine;
import dev.watchdog.testing.Programs.Ran;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The fault that people report, on the storage driver they report it on, which needs a kernel with device-mapper: in a
 * whole machine, with the agent inside it.
 */
@NeedsMachine
class RootfsMachineIT {
    private static final String LOST = "OCI runtime exec failed: exec failed: unable to start container process:"
            + " error starting setns process: fork/exec /proc/self/exe: no such file or directory: unknown";
    private static final String KEPT = "written before the fault";

    @TempDir
    static Path programDirectory;

    private static Path program;

    @TempDir
    Path directory;

    @BeforeAll
    static void install() throws Exception {
        Path image = programDirectory.resolve("image.tar");
        BusyboxImage.writeArchiveTo(image);
        program = Machine.program(programDirectory, List.of(image));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs"})
    void healsAContainerOnDevicemapper(String fileSystem) throws Exception {
        inMachine(machine -> {
            MachineEngine engine = MachineEngine.devicemapper(machine, fileSystem);
            String id = engine.container("app");
            String mount = engine.mount(id);
            assertThat(lines(machine, mount))
                    .singleElement()
                    .asString()
                    .contains(" - " + fileSystem + " /dev/mapper/docker-");
            engine.docker("exec", "app", "sh", "-c", "echo '" + KEPT + "' > /data/kept")
                    .orFail();
            String first = engine.firstProcess("app");

            MachineAgent observer = new MachineAgent(machine, "observe");
            observer.start();
            observer.awaitState(id, "healthy");
            machine.run("umount", mount).orFail();
            Ran exec = engine.docker("exec", "app", "echo", "hello");
            assertThat(exec.exit()).isEqualTo(126);
            assertThat(exec.out() + exec.err()).contains(LOST);
            Ran execAs = engine.docker("exec", "--user=apps", "app", "id");
            assertThat(execAs.out() + execAs.err())
                    .contains("unable to find user apps: no matching entries in passwd file");
            observer.awaitEvents("fault.raised", 1);
            assertThat(observer.command("faults").out())
                    .contains("container.rootfs-lost")
                    .containsPattern("f1 +app ");
            // an emulated engine may take longer to answer than a look waits, and then it is rightly told as unseen
            await().atMost(Duration.ofMinutes(4)).untilAsserted(() -> {
                Ran check = observer.command("check");
                assertThat(check.exit()).as(check.out() + check.err()).isEqualTo(1);
                assertThat(check.out()).contains("container.rootfs-lost").contains("1 faulty, 0 could not be seen");
            });
            assertThat(observer.events("action.started")).isEmpty();
            observer.stop();

            MachineAgent healer = new MachineAgent(machine, "heal");
            healer.start();
            healer.awaitEvents("fault.cleared", 1);
            works(machine, engine, mount);
            assertThat(engine.firstProcess("app")).isEqualTo(first);

            machine.run("umount", mount).orFail();
            machine.run("rmdir", mount);
            healer.awaitEvents("fault.cleared", 2);
            works(machine, engine, mount);
            assertThat(engine.firstProcess("app")).isEqualTo(first);

            engine.docker("restart", "--time=0", "app").orFail();
            assertThat(engine.docker("exec", "app", "cat", "/data/kept")
                            .orFail()
                            .text())
                    .isEqualTo(KEPT);
            healer.awaitState(id, "healthy");
            Ran removed = engine.docker("rm", "--force", "app").orFail();
            assertThat(removed.err()).isEmpty();
            assertThat(lines(machine, "devicemapper/mnt")).isEmpty();
            assertThat(machine.run("dmsetup", "ls").orFail().out().lines())
                    .singleElement()
                    .asString()
                    .contains("-pool");
            assertThat(machine.run("ls", MachineEngine.DATA + "/devicemapper/mnt")
                            .orFail()
                            .text())
                    .isEmpty();
        });
    }

    /** An umount alone leaves an empty directory, and runc is content with that: its directory goes too. */
    @Test
    void healsAContainerOfContainerdAlone() throws Exception {
        String bundle = "/run/containerd/io.containerd.runtime.v2.task/k8s.io/app/rootfs";
        inMachine(machine -> {
            machine.start("/var/log/containerd.log", "containerd");
            await("containerd answers")
                    .atMost(Duration.ofMinutes(10))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> machine.run("test", "-S", "/run/containerd/containerd.sock")
                                            .exit()
                                    == 0
                            && machine.run("ctr", "version").exit() == 0);
            machine.run("ctr", "-n", "k8s.io", "images", "import", "/srv/image.tar")
                    .orFail();
            String image = "docker.io/library/" + Docker.IMAGE + ":latest";
            machine.run("ctr", "-n", "k8s.io", "run", "--detach", image, "app", "sleep", "infinity")
                    .orFail();
            assertThat(taskExec(machine, "before", "sh", "-c", "echo '" + KEPT + "' > /data/kept")
                            .exit())
                    .isZero();

            machine.run("umount", bundle).orFail();
            machine.run("rmdir", bundle).orFail();
            Ran lost = taskExec(machine, "lost", "echo", "hello");
            assertThat(lost.exit()).isEqualTo(1);
            assertThat(lost.err()).contains("fork/exec /proc/self/exe: no such file or directory");

            MachineAgent healer = new MachineAgent(machine, "heal");
            healer.start();
            healer.awaitEvents("fault.cleared", 1);
            assertThat(taskExec(machine, "after", "cat", "/data/kept").orFail().text())
                    .isEqualTo(KEPT);
            assertThat(lines(machine, bundle)).hasSize(1);
            machine.run("ctr", "-n", "k8s.io", "task", "rm", "--force", "app").orFail();
            machine.run("ctr", "-n", "k8s.io", "container", "rm", "app").orFail();
            assertThat(lines(machine, bundle)).isEmpty();
        });
    }

    private interface Steps {
        void in(Machine machine) throws Exception;
    }

    private void inMachine(Steps steps) throws Exception {
        try (Machine machine = Machine.boot(program, directory)) {
            try {
                steps.in(machine);
            } catch (Exception | Error e) {
                e.addSuppressed(new AssertionError(MachineAgent.lastWords(machine)));
                throw e;
            }
        }
    }

    private static Ran taskExec(Machine machine, String name, String... command) {
        List<String> all = new ArrayList<>(List.of("ctr", "-n", "k8s.io", "task", "exec", "--exec-id", name, "app"));
        all.addAll(List.of(command));
        return machine.run("", all);
    }

    private void works(Machine machine, MachineEngine engine, String mount) {
        assertThat(engine.docker("exec", "app", "cat", "/data/kept").orFail().text())
                .isEqualTo(KEPT);
        assertThat(engine.docker("exec", "--user=apps", "app", "id", "-un")
                        .orFail()
                        .text())
                .isEqualTo("apps");
        engine.docker("cp", "app:/data/kept", "/tmp/out").orFail();
        assertThat(machine.run("cat", "/tmp/out").orFail().text()).isEqualTo(KEPT);
        engine.docker("cp", "/etc/hostname", "app:/data/in").orFail();
        assertThat(engine.docker("exec", "app", "cat", "/data/in").orFail().text())
                .isEqualTo(machine.run("cat", "/etc/hostname").orFail().text());
        assertThat(lines(machine, mount)).hasSize(1);
    }

    /** What the machine's first process sees mounted. */
    private static List<String> lines(Machine machine, String part) {
        return machine.run("cat", "/proc/1/mountinfo")
                .orFail()
                .out()
                .lines()
                .filter(line -> line.contains(part))
                .toList();
    }
}
