package dev.watchdog.libvirt;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Reads virTypedParameter arrays. Only integers are kept; an unsigned value beyond a long shows as negative. */
final class TypedParameters {
    private TypedParameters() {}

    static Map<String, Long> integers(byte[] parameters) {
        ByteBuffer in = ByteBuffer.wrap(parameters).order(ByteOrder.nativeOrder());
        Map<String, Long> values = new HashMap<>();
        for (int at = 0; at + Abi.PARAMETER_BYTES <= parameters.length; at += Abi.PARAMETER_BYTES) {
            int length = 0;
            while (length < Abi.PARAMETER_NAME_BYTES && parameters[at + length] != 0) {
                length++;
            }
            String name = new String(parameters, at, length, StandardCharsets.US_ASCII);
            int value = at + Abi.PARAMETER_VALUE_AT;
            switch (in.getInt(at + Abi.PARAMETER_NAME_BYTES)) {
                case Abi.VIR_TYPED_PARAM_INT -> values.put(name, (long) in.getInt(value));
                case Abi.VIR_TYPED_PARAM_UINT -> values.put(name, Integer.toUnsignedLong(in.getInt(value)));
                case Abi.VIR_TYPED_PARAM_LLONG, Abi.VIR_TYPED_PARAM_ULLONG -> values.put(name, in.getLong(value));
                default -> values.remove(name);
            }
        }
        return values;
    }
}
