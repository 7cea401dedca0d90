package dev.runtime.kernel.generate;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.DeviceInfo;
import dev.runtime.api.config.CoreKeys;
import dev.runtime.api.config.Settings;
import dev.runtime.api.model.TensorType;
import dev.runtime.kernel.engine.EngineOptions;
import dev.runtime.kernel.engine.SpillOptions;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How models are loaded where a request does not say.
 *
 * @param contextLength positions of a sequence, 0 to have it chosen
 * @param parallel sequences in one batch, 0 to have it chosen
 * @param threads threads on the processor, 0 to have it chosen
 * @param device backend or device; empty to have it chosen
 * @param kvType element type of the KV cache
 * @param exactShift whether full contexts evaluate again what they keep
 * @param pinned whether each thread on the processor stays on one core
 */
record EngineDefaults(int contextLength, int parallel, int threads, Optional<String> device, TensorType kvType, boolean exactShift,
        boolean pinned) {
    private static final Set<TensorType> KV_TYPES =
            EnumSet.of(TensorType.F32, TensorType.F16, TensorType.BF16, TensorType.Q8_0, TensorType.Q4_0);

    /**
     * Reads the configuration.
     *
     * @throws RuntimeFailure with {@code config.invalid} for an element type that no cache has
     */
    static EngineDefaults of(Settings settings) {
        return new EngineDefaults(
                Math.clamp(settings.integer(CoreKeys.CONTEXT_LENGTH), 0, Integer.MAX_VALUE),
                Math.clamp(settings.integer(CoreKeys.NUM_PARALLEL), 0, 1 << 12),
                Math.clamp(settings.integer(CoreKeys.THREADS), 0, 1 << 12),
                settings.find(CoreKeys.DEVICE),
                kvType(settings.string(CoreKeys.KV_CACHE_TYPE)),
                settings.flag(CoreKeys.EXACT_SHIFT),
                settings.flag(CoreKeys.PIN_THREADS));
    }

    /**
     * Returns how to load a model for a request.
     *
     * @param generates whether the model generates; one that embeds takes whole texts, one after the other
     * @param devices all devices, of which the host's processor serves a request that wants no GPU, and one GPU a request that wants just
     *     that
     * @param notes told of a GPU that is not there
     */
    EngineOptions with(RequestOptions options, boolean generates, List<DeviceInfo> devices, Notes notes) {
        List<DeviceInfo> gpus = devices.stream().filter(d -> d.kind() != DeviceInfo.Kind.CPU).toList();
        if (!options.onHost() && options.gpu() >= Math.max(1, gpus.size())) {
            notes.ignored("option \"main_gpu\" is " + options.gpu() + " and was ignored: there are " + gpus.size() + " GPUs");
        }
        Stream<DeviceInfo> wanted = options.onHost() ? devices.stream().filter(d -> d.kind() == DeviceInfo.Kind.CPU)
                : options.gpu() >= 0 ? gpus.stream().skip(options.gpu()) : Stream.of();
        return new EngineOptions(
                options.context() > 0 ? options.context() : contextLength,
                options.batch(),
                generates ? parallel : 1,
                options.threads() > 0 ? options.threads() : threads,
                wanted.map(DeviceInfo::id).findFirst().or(() -> device),
                kvType,
                options.gpuLayers() > 0 ? options.gpuLayers() : EngineOptions.ALL_LAYERS,
                exactShift,
                pinned);
    }

    /** Reads where KV blocks are kept that make room for others; in the folder for temporary files if none is set. */
    static SpillOptions spill(Settings settings) {
        return new SpillOptions(settings.bytes(CoreKeys.CACHE_SPILL),
                settings.find(CoreKeys.CACHE_FOLDER).map(Path::of).orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir"))));
    }

    private static TensorType kvType(String name) {
        return KV_TYPES.stream().filter(t -> t.name().equals(name.strip().toUpperCase(Locale.ROOT))).findFirst()
                .orElseThrow(() -> new RuntimeFailure(ErrorCode.CONFIG_INVALID,
                        CoreKeys.KV_CACHE_TYPE.name() + " is '" + name + "'; use one of f32, f16, bf16, q8_0, q4_0"));
    }
}
