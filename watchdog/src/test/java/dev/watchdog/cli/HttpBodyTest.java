package dev.watchdog.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HttpBodyTest {
    @Test
    void aBodyOfKnownLengthEndsThere() throws IOException {
        assertThat(body("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhellomore"))
                .isEqualTo("200 hello");
    }

    @Test
    void chunksArePutTogether() throws IOException {
        assertThat(
                        body(
                                "HTTP/1.1 409 Conflict\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n"))
                .isEqualTo("409 abc0123456789");
    }

    @Test
    void withoutALengthTheBodyGoesOnToTheEnd() throws IOException {
        assertThat(body("HTTP/1.1 200 OK\r\n\r\nall of it")).isEqualTo("200 all of it");
    }

    @Test
    void whatIsNotHttpIsRefused() {
        assertThatThrownBy(() -> body("SSH-2.0-OpenSSH\r\n\r\n")).hasMessage("that is not HTTP");
        assertThatThrownBy(() -> body("HTTP/1.1 200 OK\r\nContent-")).hasMessage("the agent hung up");
        assertThatThrownBy(() -> body("HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(101) + "\r\n"))
                .hasMessageContaining("too many headers");
    }

    private static String body(String text) throws IOException {
        try (HttpBody body = HttpBody.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))) {
            return body.status() + " " + new String(body.stream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
