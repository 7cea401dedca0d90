package dev.runtime.plugin.format.gguf;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.MappedFiles;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts together a model that is split into files named {@code PREFIX-00001-of-0000N.gguf}. The first holds the model's metadata. */
final class GgufShards {
    private static final Pattern NAME = Pattern.compile("(.+)-(\\d{5})-of-(\\d{5})\\.gguf", Pattern.DOTALL);
    private static final String NUMBER = "split.no";
    private static final String COUNT = "split.count";
    private static final String TENSORS = "split.tensors.count";

    private GgufShards() {}

    /** Tells whether a header says that its file is one of several. */
    static boolean isShard(GgufHeader header) {
        return header.metadata().integer(COUNT, 0) > 1;
    }

    /**
     * Opens all shards and merges them.
     *
     * @param path any of the shards
     * @param given the header of that file
     */
    static GgufHeader merge(Path path, GgufHeader given, MappedFiles files) throws IOException {
        String file = path.getFileName().toString();
        int count = given.metadata().requireInt(COUNT, 2, GgufLimits.SHARDS);
        Matcher name = NAME.matcher(file);
        if (!name.matches() || Integer.parseInt(name.group(3)) != count) {
            throw invalid(file, "is one of " + count + " shards, so its name must end in -00001-of-%05d.gguf".formatted(count));
        }
        Set<String> names = new HashSet<>();
        Map<TensorInfo, MemorySegment> data = new LinkedHashMap<>();
        Metadata metadata = given.metadata();
        for (int i = 0; i < count; i++) {
            Path shard = path.resolveSibling("%s-%05d-of-%05d.gguf".formatted(name.group(1), i + 1, count));
            GgufHeader header = open(shard, path, given, files);
            String shardFile = shard.getFileName().toString();
            check(shardFile, header.metadata(), NUMBER, i);
            check(shardFile, header.metadata(), COUNT, count);
            header.data().forEach((info, segment) -> {
                if (!names.add(info.name())) {
                    throw invalid(shardFile, "has the tensor " + info.name() + ", which an earlier shard has too");
                }
                data.put(info, segment);
            });
            metadata = i == 0 ? header.metadata() : metadata;
        }
        check(file, metadata, TENSORS, data.size());
        return new GgufHeader(metadata, data);
    }

    private static GgufHeader open(Path shard, Path path, GgufHeader given, MappedFiles files) throws IOException {
        if (shard.equals(path)) {
            return given;
        }
        if (!Files.isRegularFile(shard)) {
            throw invalid(shard.getFileName().toString(), "is missing; all shards must lie in one folder");
        }
        return GgufHeader.read(shard.getFileName().toString(), files.map(shard));
    }

    private static void check(String file, Metadata metadata, String key, long expected) {
        long found = metadata.requireInteger(key);
        if (found != expected) {
            throw invalid(file, "says " + key + " = " + found + " where " + expected + " is expected");
        }
    }

    private static RuntimeFailure invalid(String file, String problem) {
        return new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, "the shard " + file + " " + problem);
    }
}
