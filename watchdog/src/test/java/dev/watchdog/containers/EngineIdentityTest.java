package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.linux.ProcessId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class EngineIdentityTest {
    private final List<String> asked = new ArrayList<>();

    private EngineIdentity identity(String address) {
        return new EngineIdentity(address, socket -> {
            asked.add(socket);
            return null;
        });
    }

    @Test
    void nobodyWasLookedForYet() {
        assertThat(identity("unix:///run/docker.sock").last().isProven()).isFalse();
    }

    @Test
    void whereNobodyListensNobodyIsProven() throws Exception {
        EngineIdentity identity = identity("unix:///run/docker.sock");
        EngineIdentity.Proof proof = identity.find();
        assertThat(proof.isProven()).isFalse();
        assertThat(proof.missing()).isEqualTo("nobody listens there");
        assertThat(proof.process()).isEqualTo(ProcessId.NONE);
        assertThat(identity.last()).isEqualTo(proof);
        assertThat(asked).containsExactly("/run/docker.sock");
        // there is nobody to be still there
        assertThat(identity.stillThere()).isEqualTo(proof);
        assertThat(asked).hasSize(2);
    }

    @Test
    void onlyASocketOfThisHostIsAskedAbout() throws Exception {
        EngineIdentity.Proof proof = identity("tcp://10.0.0.1:2375").find();
        assertThat(proof.isProven()).isFalse();
        assertThat(asked).isEmpty();
    }

    @Test
    void aLookThatFailsIsNoProof() {
        EngineIdentity identity = new EngineIdentity("unix:///run/docker.sock", socket -> {
            throw new IOException("no /proc");
        });
        Assertions.assertThatThrownBy(identity::find).hasMessage("no /proc");
        assertThat(identity.last().isProven()).isFalse();
    }
}
