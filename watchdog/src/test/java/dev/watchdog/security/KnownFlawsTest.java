package dev.watchdog.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.watchdog.security.KnownFlaws.Flaw;
import org.junit.jupiter.api.Test;

class KnownFlawsTest {
    private static final Flaw FLAW = KnownFlaws.parse(
                    "a.b:c-d | [1.0,1.2.3) [2.0,2.1] (3.0,3.0.5-14) | CVE-1 | bad; site")
            .flaws()
            .get(0);

    @Test
    void aVersionInsideARangeIsFlawed() {
        for (String version :
                new String[] {"1.0", "1.2.2", "1.2.2.Final", "2.0", "2.1", "2.1.0", "3.0.1", "3.0.5-13"}) {
            assertThat(FLAW.concerns("a.b", "c-d", version)).as(version).isTrue();
            assertThat(FLAW.concerns("", "c-d", version)).as(version).isTrue();
        }
    }

    @Test
    void aVersionOutsideOrAnotherLibraryIsNot() {
        for (String version :
                new String[] {"0.9", "1.2.3", "1.2.10", "1.10", "2.1.1", "3.0", "3.0.5-14", "3.0.5-100"}) {
            assertThat(FLAW.concerns("a.b", "c-d", version)).as(version).isFalse();
        }
        assertThat(FLAW.concerns("a", "c-d", "1.0")).isFalse();
        assertThat(FLAW.concerns("", "d", "1.0")).isFalse();
    }

    @Test
    void theRemedyIsOfTheSameLine() {
        assertThat(FLAW.remedy("1.1")).isEqualTo("1.2.3");
        assertThat(FLAW.remedy("2.0")).isEqualTo("later than 2.1");
    }

    @Test
    void whatIsNotUnderstoodIsNoList() {
        for (String line : new String[] {"a:b | 1.0 | CVE-1 | x", "a:b | [1.0,2.0) | CVE-1", "a | [1,2) | CVE-1 | x"}) {
            assertThatThrownBy(() -> KnownFlaws.parse(line)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
