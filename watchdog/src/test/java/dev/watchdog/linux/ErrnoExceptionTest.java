package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ErrnoExceptionTest {
    @Test
    void saysAllInOneLine() {
        ErrnoException e = new ErrnoException("openat2", "/a\nb\u2028\udcff", Errno.ENOSYS);
        assertThat(e)
                .hasMessage(
                        "openat2 /a\\u000ab\\u2028\\udcff: ENOSYS (this kernel has no openat2, or a seccomp filter hides it)");
        assertThat(e.symbol()).isEqualTo("ENOSYS");
        assertThat(e.errno()).isEqualTo(38);
        assertThat(new ErrnoException("x", "y", 200)).hasMessage("x y: errno 200");
    }

    @Test
    void charactersOfAllLanguagesStayReadable() {
        assertThat(OneLine.of("größe 😀")).isEqualTo("größe 😀");
    }
}
