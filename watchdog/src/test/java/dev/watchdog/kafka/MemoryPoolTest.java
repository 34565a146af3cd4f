package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.NetworkClient;
import org.apache.kafka.common.memory.MemoryPool;
import org.apache.kafka.common.network.InvalidReceiveException;
import org.apache.kafka.common.network.NetworkReceive;
import org.junit.jupiter.api.Test;

/** The one class of Kafka's that is ours: what a broker says of its answer is not allocated. */
class MemoryPoolTest {
    @Test
    void itComesBeforeKafkasAndHasTheSameMethods() throws Exception {
        URL jar = NetworkClient.class.getProtectionDomain().getCodeSource().getLocation();
        assertThat(Path.of(jar.toURI()).getFileName().toString()).startsWith("kafka-clients");
        assertThat(MemoryPool.class.getProtectionDomain().getCodeSource().getLocation())
                .isNotEqualTo(jar);
        try (URLClassLoader kafka = new URLClassLoader(new URL[] {jar}, ClassLoader.getPlatformClassLoader())) {
            Class<?> theirs = Class.forName(MemoryPool.class.getName(), false, kafka);
            assertThat(methods(MemoryPool.class)).isEqualTo(methods(theirs));
            assertThat(theirs.getField("NONE").getType().getName()).isEqualTo(MemoryPool.class.getName());
        }
    }

    @Test
    void whatIsBeyondTheLimitIsNotAllocated() throws Exception {
        assertThat(MemoryPool.NONE.tryAllocate(FetchLimits.ANSWER_BYTES + 1)).isNotNull();
        String before = System.getProperty(MemoryPool.LIMIT);
        AnswerLimit.set();
        try {
            assertThat(MemoryPool.NONE.tryAllocate(FetchLimits.ANSWER_BYTES)).isNotNull();
            assertThatThrownBy(() -> MemoryPool.NONE.tryAllocate(FetchLimits.ANSWER_BYTES + 1))
                    .isInstanceOf(InvalidReceiveException.class);
            // what a port answers on which TLS is spoken: an alert
            byte[] alert = {0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46};
            NetworkReceive receive = new NetworkReceive("b");
            assertThatThrownBy(() -> receive.readFrom(new GivenBytes(alert)))
                    .isInstanceOf(InvalidReceiveException.class)
                    .hasMessageContaining("352518400");
        } finally {
            if (before == null) {
                System.clearProperty(MemoryPool.LIMIT);
            } else {
                System.setProperty(MemoryPool.LIMIT, before);
            }
        }
    }

    private static List<String> methods(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .map(MemoryPoolTest::text)
                .sorted()
                .toList();
    }

    private static String text(Method method) {
        return method.getReturnType().getName() + " " + method.getName()
                + Arrays.toString(Arrays.stream(method.getParameterTypes())
                        .map(Class::getName)
                        .toArray());
    }
}
