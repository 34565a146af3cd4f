package dev.watchdog.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TypedParametersTest {
    private static byte[] parameter(String name, int type, long value) {
        ByteBuffer out = ByteBuffer.allocate(Abi.PARAMETER_BYTES).order(ByteOrder.nativeOrder());
        out.put(name.getBytes(StandardCharsets.US_ASCII)).putInt(Abi.PARAMETER_NAME_BYTES, type);
        return out.putLong(Abi.PARAMETER_VALUE_AT, value).array();
    }

    @Test
    void readsEveryKindOfIntegerAndNoOther() {
        byte[] all = new byte[5 * Abi.PARAMETER_BYTES + 7];
        System.arraycopy(parameter("state.state", Abi.VIR_TYPED_PARAM_INT, 0xffff_ffffL), 0, all, 0, 96);
        System.arraycopy(parameter("unsigned", Abi.VIR_TYPED_PARAM_UINT, 0xffff_ffffL), 0, all, 96, 96);
        System.arraycopy(parameter("balloon.usable", Abi.VIR_TYPED_PARAM_ULLONG, 448_644), 0, all, 192, 96);
        System.arraycopy(parameter("text", 7, 1), 0, all, 288, 96);
        System.arraycopy(parameter("a".repeat(80), Abi.VIR_TYPED_PARAM_LLONG, 2), 0, all, 384, 96);

        assertThat(TypedParameters.integers(all))
                .isEqualTo(Map.of(
                        "state.state", -1L, "unsigned", 0xffff_ffffL, "balloon.usable", 448_644L, "a".repeat(80), 2L));
    }

    @Test
    void noBalloonMeansNoField() {
        BalloonStats stats = BalloonStats.of(Map.of());

        assertThat(stats.currentKib()).isEmpty();
        assertThat(stats.usableKib()).isEmpty();
        assertThat(stats.lastUpdateSeconds()).isEmpty();
    }

    @Test
    void whatCannotBeTrueIsKeptOut() {
        BalloonStats stats = BalloonStats.of(Map.of(
                "balloon.maximum", 524_288L,
                "balloon.current", 524_288L,
                "balloon.usable", -1L,
                "balloon.unused", 524_289L,
                "balloon.last-update", 0L,
                "balloon.rss", 1L << 43,
                "balloon.swap_out", 7L));

        assertThat(stats.currentKib()).hasValue(524_288);
        assertThat(stats.usableKib()).isEmpty();
        assertThat(stats.unusedKib()).isEmpty();
        assertThat(stats.lastUpdateSeconds()).isEmpty();
        assertThat(stats.rssKib()).isEmpty();
        assertThat(stats.swapOutKib()).hasValue(7);
    }
}
