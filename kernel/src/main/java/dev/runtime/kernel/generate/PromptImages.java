package dev.runtime.kernel.generate;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.Message;
import dev.runtime.api.model.ImagePlace.Part;
import dev.runtime.kernel.engine.EncodedImage;
import dev.runtime.kernel.engine.ImageRuns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The images of one request: they go through the template as marks in the text, which nobody outside can guess and so write into a text, and
 * become rows among the tokens. For one request.
 */
final class PromptImages {
    /** What stands for an image in a text: the object replacement character of Unicode. */
    private static final char PLACE = '\uFFFC';

    private final Function<byte[], EncodedImage> encoder;
    private final String prefix = "image-" + Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), 36) + "-";
    private final Pattern marks = Pattern.compile(prefix + "(\\d+)\\.");
    private final List<EncodedImage> images = new ArrayList<>();

    /** Creates it; {@code encoder} is called once an image. */
    PromptImages(Function<byte[], EncodedImage> encoder) {
        this.encoder = encoder;
    }

    /** Tokens with the marks of images among them. */
    record Tokens(int[] ids, ImageRuns runs) {}

    /** Returns a message whose images are marks in its content. */
    Message mark(Message message) {
        return message.images().isEmpty() ? message : new Message(message.role(), mark(message.content(), message.images()), message.thinking(),
                List.of(), message.toolCalls(), message.toolName(), message.toolCallId());
    }

    /** Returns a text with marks where it has object replacement characters, if as many as images; otherwise before it. */
    String mark(String text, List<byte[]> files) {
        StringBuilder all = new StringBuilder();
        boolean placed = text.chars().filter(c -> c == PLACE).count() == files.size();
        int from = 0;
        for (byte[] file : files) {
            int at = placed ? text.indexOf(PLACE, from) : 0;
            all.append(text, from, at).append(prefix).append(images.size()).append('.');
            from = placed ? at + 1 : from;
            images.add(encoder.apply(file));
        }
        return all.append(text, from, text.length()).toString();
    }

    /**
     * Encodes a text with marks.
     *
     * @param before positions before it
     * @param tokens encodes a piece of text; told whether it is the first
     */
    Tokens encode(String text, int before, Pieces tokens) {
        if (images.isEmpty()) {
            return new Tokens(tokens.encode(text, true), ImageRuns.NONE);
        }
        List<int[]> pieces = new ArrayList<>();
        List<ImageRuns.Run> runs = new ArrayList<>();
        StringBuilder pending = new StringBuilder();
        int length = 0;
        int from = 0;
        for (Matcher mark = marks.matcher(text); mark.find(); from = mark.end()) {
            pending.append(text, from, mark.start());
            EncodedImage image = images.get(Integer.parseInt(mark.group(1)));
            for (Part part : image.place().parts()) {
                switch (part) {
                    case Part.Text(String piece) -> pending.append(piece);
                    case Part.Rows(int first, int count) -> {
                        int[] piece = tokens.encode(pending.toString(), pieces.isEmpty());
                        pending.setLength(0);
                        pieces.add(piece);
                        length = Math.addExact(length, piece.length);
                        runs.add(new ImageRuns.Run(before + length, count, image, first));
                        pieces.add(rows(image, first, count));
                        length = Math.addExact(length, count);
                    }
                }
            }
        }
        pieces.add(tokens.encode(pending.append(text, from, text.length()).toString(), pieces.isEmpty()));
        return new Tokens(pieces.stream().flatMapToInt(Arrays::stream).toArray(), new ImageRuns(runs));
    }

    /** Encodes a piece of text. */
    @FunctionalInterface
    interface Pieces {
        /** Encodes. */
        int[] encode(String text, boolean first);
    }

    private static int[] rows(EncodedImage image, int first, int count) {
        int[] rows = new int[count];
        for (int i = 0; i < count; i++) {
            rows[i] = image.mark(first + i);
        }
        return rows;
    }

    /** Returns the tokens without images, as a later request may give them back. */
    static int[] words(int[] tokens) {
        return Arrays.stream(tokens).filter(id -> id >= 0).toArray();
    }

    /** Refuses to cut a prompt with images. */
    static RuntimeFailure tooLong(int tokens, int context) {
        return new RuntimeFailure(ErrorCode.CONTEXT_EXCEEDED, "the prompt has " + tokens + " tokens with its images, more than the context of "
                + context + " can take; send fewer or smaller images, or raise num_ctx");
    }
}
