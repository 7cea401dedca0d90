package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.plugin.dialect.Fields;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;

/** Reads {@code keep_alive}: seconds, or a duration; negative means for ever. */
final class KeepAliveReader {
    private static final double LONGEST_SECONDS = Long.MAX_VALUE / 1e9;

    private KeepAliveReader() {}

    static KeepAlive read(Fields fields) {
        return fields.value("keep_alive").map(KeepAliveReader::of).orElseGet(KeepAlive.Unchanged::new);
    }

    /** Tells whether the model is to be unloaded at once. */
    static boolean unloads(KeepAlive keepAlive) {
        return keepAlive instanceof KeepAlive.For time && time.duration().isZero();
    }

    private static KeepAlive of(Object value) {
        return switch (value) {
            case Long n -> seconds(n);
            case Double n -> seconds(n);
            case BigInteger n -> seconds(n.doubleValue());
            case BigDecimal n -> seconds(n.doubleValue());
            case String s -> {
                Duration duration = GoDuration.parse(s);
                yield duration.isNegative() ? new KeepAlive.Forever() : new KeepAlive.For(duration);
            }
            default -> throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "Unsupported type: keep_alive is " + Fields.kind(value)
                    + "; it takes seconds or a duration such as \"5m\"");
        };
    }

    private static KeepAlive seconds(double seconds) {
        return seconds < 0 || seconds >= LONGEST_SECONDS
                ? new KeepAlive.Forever() : new KeepAlive.For(Duration.ofNanos(Math.round(seconds * 1e9)));
    }
}
