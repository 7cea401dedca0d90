package dev.runtime.plugin.format.safetensors.tokens;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.plugin.format.safetensors.families.Facts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads {@code tokenizer.model}, a protocol buffer: pieces with scores and types (field 1), the trainer's settings (2), and how text is
 * prepared (3). Every length is compared with what is left. For one thread.
 */
final class SentencePieceModel {
    private static final int LONGEST = 64 << 20;
    private static final int VARINT = 0;
    private static final int EIGHT_BYTES = 1;
    private static final int LENGTH = 2;
    private static final int FOUR_BYTES = 5;

    private final Vocabulary vocabulary = new Vocabulary();
    private boolean spacePrefix = true;
    private int pieces;

    private SentencePieceModel() {}

    static Vocabulary read(Path file, Facts facts) throws IOException {
        if (Files.size(file) > LONGEST) {
            throw invalid();
        }
        SentencePieceModel model = new SentencePieceModel();
        model.message(ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN));
        facts.put("tokenizer.ggml.model", "llama");
        facts.put("tokenizer.ggml.pre", "default");
        facts.put("tokenizer.ggml.add_space_prefix", model.spacePrefix);
        return model.vocabulary;
    }

    private void message(ByteBuffer in) {
        while (in.hasRemaining()) {
            int tag = (int) varint(in);
            if (tag == (1 << 3 | LENGTH)) {
                piece(slice(in));
            } else if (tag == (3 << 3 | LENGTH)) {
                preparation(slice(in));
            } else {
                skip(in, tag);
            }
        }
    }

    private void piece(ByteBuffer in) {
        String text = "";
        float score = 0;
        int type = Vocabulary.NORMAL;
        while (in.hasRemaining()) {
            int tag = (int) varint(in);
            switch (tag) {
                case 1 << 3 | LENGTH -> text = StandardCharsets.UTF_8.decode(slice(in)).toString();
                case 2 << 3 | FOUR_BYTES -> score = checked(in, 4).getFloat();
                case 3 << 3 | VARINT -> type = (int) varint(in);
                default -> skip(in, tag);
            }
        }
        vocabulary.set(pieces++, text, type >= Vocabulary.NORMAL && type <= Vocabulary.BYTE ? type : Vocabulary.NORMAL, score);
    }

    private void preparation(ByteBuffer in) {
        while (in.hasRemaining()) {
            int tag = (int) varint(in);
            if (tag == (3 << 3 | VARINT)) {
                spacePrefix = varint(in) != 0;
            } else {
                skip(in, tag);
            }
        }
    }

    private static void skip(ByteBuffer in, int tag) {
        switch (tag & 7) {
            case VARINT -> varint(in);
            case EIGHT_BYTES -> checked(in, 8).getLong();
            case LENGTH -> slice(in);
            case FOUR_BYTES -> checked(in, 4).getInt();
            default -> throw invalid();
        }
    }

    private static ByteBuffer slice(ByteBuffer in) {
        long length = varint(in);
        if (length < 0 || length > in.remaining()) {
            throw invalid();
        }
        ByteBuffer slice = in.slice(in.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + (int) length);
        return slice;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = checked(in, 1).get();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw invalid();
    }

    private static ByteBuffer checked(ByteBuffer in, int bytes) {
        if (in.remaining() < bytes) {
            throw invalid();
        }
        return in;
    }

    private static RuntimeFailure invalid() {
        return new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, "tokenizer.model is no sound SentencePiece model; fetch the file again");
    }
}
