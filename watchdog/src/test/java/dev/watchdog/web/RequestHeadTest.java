package dev.watchdog.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Line ends are written as {@code |} here. */
class RequestHeadTest {
    private static final String HOST = "Host: localhost|";

    @Test
    void readsAGetAndAPost() {
        assertThat(parse("GET /api/v1/events?after=1&limit=2 HTTP/1.1|" + HOST + "Accept: */*||"))
                .isEqualTo(new RequestHead("GET", 0));
        assertThat(parse("POST /api/v1/commands HTTP/1.1|" + HOST + "content-length: 17||"))
                .isEqualTo(new RequestHead("POST", 17));
        assertThat(parse("GET /health/live HTTP/1.0||")).isEqualTo(new RequestHead("GET", 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1|Host: localhost:9757||",
                "GET / HTTP/1.1|Host:127.0.0.1||",
                "GET / HTTP/1.1|host: [::1]:9757||",
                "GET / HTTP/1.1|Host: localhost|Content-Length: 0||",
                "GET /a%20b/%C3%A9?x=%e2%82%ac HTTP/1.1|Host: localhost||",
                "GET / HTTP/1.1|Host: localhost|Connection: Upgrade, HTTP2-Settings|Upgrade: h2c|HTTP2-Settings: AA||",
                "GET / HTTP/1.1|Host: localhost|Accept: a|Accept: b|X:||"
            })
    void takesWhatClientsSend(String head) {
        assertThat(parse(head).method()).isEqualTo("GET");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "400;GET / HTTP/1.1||",
                "400;GET / HTTP/1.1|Host: ||",
                "400;GET / HTTP/1.1|Host: localhost|Host: localhost||",
                "400;GET / HTTP/1.1|Host: localhost|Host: evil.example||",
                "400;GET / HTTP/1.1|Host: evil.example|Host: localhost||",
                "400;GET / HTTP/1.1|Host: localhost, evil.example||",
                "400;GET / HTTP/1.1|Host: user@localhost||",
                "400;GET / HTTP/1.1|Host: localhost/x||",
                "400;GET / HTTP/1.1|Host: ::1||",
                "421;GET / HTTP/1.1|Host: evil.example||",
                "421;GET / HTTP/1.0|Host: evil.example||",
                "421;GET / HTTP/1.1|Host: 127.0.0.1.evil.example||",
                "421;GET http://evil.example/ HTTP/1.1|Host: localhost||",
                "421;GET http://localhost/ HTTP/1.1|Host: localhost||",
                "400;GET evil.example:80 HTTP/1.1|Host: localhost||",
                "400;GET * HTTP/1.1|Host: localhost||",
                "400;GET /%2 HTTP/1.1|Host: localhost||",
                "400;GET /% HTTP/1.1|Host: localhost||",
                "400;GET /%zz HTTP/1.1|Host: localhost||",
                "400;GET /?a=%2 HTTP/1.1|Host: localhost||",
                "400;GET /%ff HTTP/1.1|Host: localhost||",
                "400;GET /?a=%c3&b=%a9 HTTP/1.1|Host: localhost||",
                "400;GET /%c0%af HTTP/1.1|Host: localhost||",
                "400;GET /é HTTP/1.1|Host: localhost||",
                "400;GET /a#b HTTP/1.1|Host: localhost||",
                "400;GET /a\\b HTTP/1.1|Host: localhost||",
                "400;GET  / HTTP/1.1|Host: localhost||",
                "400;GET / x HTTP/1.1|Host: localhost||",
                "400;GET /|Host: localhost||",
                "400;GET / HTTP/1.1 |Host: localhost||",
                "505;GET / HTTP/2.0|Host: localhost||",
                "505;PRI * HTTP/2.0||",
                "405;TRACE / HTTP/1.1|Host: localhost||",
                "405;CONNECT evil.example:80 HTTP/1.1|Host: localhost||",
                "405;OPTIONS * HTTP/1.1|Host: localhost||",
                "405;DELETE / HTTP/1.1|Host: localhost||",
                "400;GET / HTTP/1.1|Host: localhost|Upgrade: websocket||",
                "400;GET / HTTP/1.1|Host: localhost|Upgrade: h2c|Upgrade: websocket||",
                "400;GET / HTTP/1.1|Host: localhost|Upgrade: h2c, websocket||",
                "411;POST / HTTP/1.1|Host: localhost||",
                "411;POST / HTTP/1.1|Host: localhost|Transfer-Encoding: chunked||",
                "411;POST / HTTP/1.1|Host: localhost|Transfer-Encoding: chunked, xchunked||",
                "411;POST / HTTP/1.1|Host: localhost|transfer-encoding: xchunked||",
                "411;GET / HTTP/1.1|Host: localhost|Transfer-Encoding: identity||",
                "400;POST / HTTP/1.1|Host: localhost|Transfer-Encoding: chunked|Transfer-Encoding: x||",
                "400;POST / HTTP/1.1|Host: localhost|Content-Length: 4|Transfer-Encoding: chunked||",
                "400;POST / HTTP/1.1|Host: localhost|Transfer-Encoding:| chunked||",
                "400;POST / HTTP/1.1|Host: localhost|X: a| Transfer-Encoding: chunked||",
                "400;POST / HTTP/1.1|Host: localhost|Transfer-Encoding : chunked||",
                "400;POST / HTTP/1.1|Host: localhost|Transfer Encoding: chunked||",
                "400;POST / HTTP/1.1|Host: localhost|: chunked||",
                "400;POST / HTTP/1.1|Host: localhost|chunked||",
                "400;POST / HTTP/1.1| Host: localhost||",
                "400;POST / HTTP/1.1|Host: localhost|Content-Length: 4|Content-Length: 5||",
                "400;POST / HTTP/1.1|Host: localhost|Content-Length: 4|Content-Length: 4||",
                "400;POST / HTTP/1.1|Host: localhost|Content-Length: 4, 4||",
                "400;POST / HTTP/1.1|Host: localhost|Content-Length: -1||",
                "400;POST / HTTP/1.1|Host: localhost|Content-Length: +4||",
                "400;POST / HTTP/1.1|Host: localhost|Content-Length: 0x4||",
                "400;POST / HTTP/1.1|Host: localhost|Content-Length:||",
                "400;POST / HTTP/1.1|Host: localhost|Content-Length: 99999999999999999999||",
                "413;POST / HTTP/1.1|Host: localhost|Content-Length: 16385||",
                "400;GET / HTTP/1.1|Host: localhost|Content-Length: 1||"
            })
    void refusesEveryOtherForm(int status, String head) {
        assertThatThrownBy(() -> parse(head))
                .isInstanceOfSatisfying(
                        Problem.Refusal.class,
                        refusal -> assertThat(refusal.status()).isEqualTo(status));
    }

    @Test
    void boundsHeadersLinesAndTheWhole() {
        assertRefused(431, "GET / HTTP/1.1|" + HOST + "X: y|".repeat(HttpLimits.REQUEST_HEADERS) + "|");
        assertRefused(414, "GET /" + "x".repeat(HttpLimits.REQUEST_LINE) + " HTTP/1.1|" + HOST + "|");
        assertRefused(431, "GET / HTTP/1.1|" + HOST + "X: " + "y".repeat(HttpLimits.REQUEST_HEAD) + "||");
        String longest = "GET /" + "x".repeat(HttpLimits.REQUEST_LINE - 20) + " HTTP/1.1|" + HOST;
        assertThat(parse(longest + "X: " + " y".repeat(3_000) + "||").method()).isEqualTo("GET");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0016\u0003\u0001",
                "\r\nGET /",
                " GET /",
                "get /",
                "GET / HTTP/1.1\n",
                "GET / HTTP/1.1\r\r",
                "GET / HTTP/1.1\rX",
                "GET / HTTP/1.1\r\nHost: a\u0000",
                "GET / HTTP/1.1\r\nHost: a\u007f",
                "GET / HTTP/1.1\r\nX: \u001b[2J"
            })
    void refusesAtOnceWhatNoHeadHas(String bytes) {
        assertThatThrownBy(() -> take(bytes)).isInstanceOf(Problem.Refusal.class);
    }

    private static void assertRefused(int status, String head) {
        assertThatThrownBy(() -> parse(head))
                .isInstanceOfSatisfying(
                        Problem.Refusal.class,
                        refusal -> assertThat(refusal.status()).isEqualTo(status));
    }

    private static RequestHead parse(String head) {
        byte[] bytes = take(head.replace("|", "\r\n"));
        return RequestHead.parse(bytes, new HostCheck(Set.of())::allowed);
    }

    private static byte[] take(String text) {
        ByteBuf in = Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
        HeadBuffer buffer = new HeadBuffer();
        assertThat(buffer.take(in)).isTrue();
        assertThat(in.isReadable()).isFalse();
        return buffer.remove();
    }
}
