package dev.runtime.plugin.architectures;

import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A directory without data: building a graph must not read any. Begins as a whole two-layer model of 4 heads. */
final class FakeModelFile implements ModelFile {
    final Map<String, Object> keys = new LinkedHashMap<>();
    final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

    FakeModelFile(String architecture) {
        keys.put("general.architecture", architecture);
        String[] names = {"block_count", "embedding_length", "context_length", "feed_forward_length", "attention.head_count",
            "attention.head_count_kv", "attention.sliding_window"};
        long[] values = {2, 32, 128, 48, 4, 2, 16};
        for (int i = 0; i < names.length; i++) {
            keys.put(architecture + "." + names[i], values[i]);
        }
        put("token_embd.weight", 32, 100);
        put("output_norm.weight", 32);
        for (int layer = 0; layer < 2; layer++) {
            for (String norm : List.of("attn_norm", "ffn_norm", "post_attention_norm", "post_ffw_norm")) {
                put("blk." + layer + "." + norm + ".weight", 32);
            }
            put("blk." + layer + ".attn_q.weight", 32, 32);
            put("blk." + layer + ".attn_k.weight", 32, 16);
            put("blk." + layer + ".attn_v.weight", 32, 16);
            put("blk." + layer + ".attn_output.weight", 32, 32);
            put("blk." + layer + ".ffn_gate.weight", 32, 48);
            put("blk." + layer + ".ffn_up.weight", 32, 48);
            put("blk." + layer + ".ffn_down.weight", 48, 32);
        }
    }

    FakeModelFile put(String name, long... shape) {
        tensors.put(name, new TensorInfo(name, TensorType.F32, shape));
        return this;
    }

    @Override
    public Path path() {
        return Path.of("fake");
    }

    @Override
    public String format() {
        return "fake";
    }

    @Override
    public Metadata metadata() {
        return new Metadata(keys);
    }

    @Override
    public List<TensorInfo> tensors() {
        return List.copyOf(tensors.values());
    }

    @Override
    public Optional<TensorInfo> tensor(String name) {
        return Optional.ofNullable(tensors.get(name));
    }

    @Override
    public MemorySegment data(TensorInfo tensor) {
        throw new AssertionError("a graph is built without touching data");
    }

    @Override
    public void close() {}
}
