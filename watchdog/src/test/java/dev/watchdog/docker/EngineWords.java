package dev.watchdog.docker;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a private engine is started with.
 *
 * @param own its directory, as it sees it itself
 */
record EngineWords(Dockerd.Options options, Path own, Path dataRoot, Path execRoot, Path containerdSocket) {
    List<String> dockerd(String socket) {
        List<String> words = new ArrayList<>(List.of(
                "dockerd",
                "--config-file=" + own + "/daemon.json",
                "--data-root=" + dataRoot,
                "--exec-root=" + execRoot,
                "--pidfile=" + own + "/docker.pid",
                "--host=unix://" + own + "/" + socket,
                "--containerd=" + containerdSocket));
        if (!options.snapshots()) {
            words.add("--storage-driver=overlay2");
        }
        words.addAll(List.of(
                "--bridge=none",
                "--iptables=false",
                "--ip6tables=false",
                "--exec-opt=native.cgroupdriver=cgroupfs",
                "--cgroup-parent=/" + own.getFileName(),
                "--live-restore=" + options.liveRestore()));
        words.addAll(options.more());
        return words;
    }

    String dockerdConfiguration() {
        return options.snapshots() ? "{\"features\": {\"containerd-snapshotter\": true}}" : "{}";
    }

    List<String> containerd() {
        return List.of("containerd", "--config", own + "/containerd.toml");
    }

    String containerdConfiguration() {
        return """
                version = 2
                root = "%s"
                state = "%s"
                disabled_plugins = ["io.containerd.grpc.v1.cri"]
                [grpc]
                  address = "%s"
                """.formatted(
                        dataRoot.resolve("containerd/daemon"), execRoot.resolve("containerd/daemon"), containerdSocket);
    }
}
