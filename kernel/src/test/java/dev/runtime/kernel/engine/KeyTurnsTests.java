package dev.runtime.kernel.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;
import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KeyTurnsTests {
    private static final RopeSpec ROPE = RopeSpec.plain(Style.HALVES, 8, 10_000);
    private static final RopeSpec OTHER = RopeSpec.plain(Style.ADJACENT, 4, 500);
    private static final Optional<Map<Integer, RopeSpec>> NONE = Optional.empty();

    private final GraphBuilder b = new GraphBuilder();
    private final Value x = b.embed(weight(16, 50), Op.Index.TOKEN, 1);

    private static Weight weight(long... shape) {
        return Weight.of(new TensorInfo("w" + shape.length + shape[0] + shape[shape.length - 1], TensorType.F32, shape));
    }

    /** Two heads of 8 elements. */
    private Value layer(int index, Value k, Value v) {
        return b.attention(x, k, v, AttentionSpec.causal(index, 2, 2, 8, 8, 1));
    }

    private Optional<Map<Integer, RopeSpec>> turns() {
        b.output("x", x);
        return KeyTurns.of(b.build());
    }

    @Test
    void eachLayerHasTheRotationOfItsKeys() {
        layer(3, b.rope(x, 2, ROPE), x);
        Value y = layer(1, b.rope(x, 2, OTHER), x);
        layer(0, y, y);
        assertEquals(Optional.of(Map.of(3, ROPE, 1, OTHER)), turns(), "the last layer knows no positions");
    }

    @Test
    void whatAttentionSawIsNoPosition() {
        Value q = b.positionScale(b.rope(x, 2, ROPE), 0.1f, 100, 1);
        Value y = b.attention(q, b.rope(x, 2, ROPE), x, AttentionSpec.causal(0, 2, 2, 8, 8, 1).withChunks(32));
        layer(1, b.rope(y, 2, ROPE), y);
        assertEquals(Optional.of(Map.of(0, ROPE, 1, ROPE)), turns());
    }

    @Test
    void positionsInTheEmbeddingAreInAllThatFollows() {
        Value y = b.add(x, b.embed(weight(16, 64), Op.Index.POSITION, 1));
        layer(0, y, y);
        assertEquals(NONE, turns());
    }

    @Test
    void valuesMustNotKnowPositions() {
        layer(0, x, b.rope(x, 2, ROPE));
        assertEquals(NONE, turns());
    }

    @Test
    void keysThatGrowWithThePositionCannotMove() {
        layer(0, b.positionScale(x, 0.1f, 100, 1), x);
        assertEquals(NONE, turns());
    }

    @Test
    void aNormWithWeightsAfterTheRotationCannotBeUndone() {
        layer(0, b.rmsNorm(b.rope(x, 2, ROPE), Optional.of(weight(8)), 1e-6f, 2), x);
        assertEquals(NONE, turns());
    }

    @Test
    void aNormWithoutWeightsLeavesRotationsAsTheyAre() {
        layer(0, b.rmsNorm(b.rope(x, 2, ROPE), Optional.empty(), 1e-6f, 2), x);
        assertEquals(Optional.of(Map.of(0, ROPE)), turns());
    }

    @Test
    void whatIsBeforeTheRotationDoesNotMatter() {
        layer(0, b.rope(b.rmsNorm(x, weight(16), 1e-6f), 2, ROPE), x);
        assertEquals(Optional.of(Map.of(0, ROPE)), turns());
    }

    @Test
    void rotatedPartsOfKeysTurnWhereTheyStand() {
        Value shared = b.rope(b.slice(x, 1, 0, 4), 1, OTHER);
        Value every = b.concat(List.of(b.slice(x, 2, 0, 4), b.concat(Collections.nCopies(2, shared))), 2);
        layer(0, every, x);
        Value once = b.concat(List.of(shared, b.slice(x, 1, 4, 12)));
        b.attention(new Op.Attention(b.concat(List.of(x, x)), Optional.of(once), Optional.empty(), AttentionSpec.causal(1, 2, 1, 16, 12, 1)));
        assertEquals(Optional.of(Map.of(0, OTHER.withStart(4), 1, OTHER)), turns());
    }

    @Test
    void rotatedPartsThatAreValuesTooCannotMove() {
        Value once = b.concat(List.of(b.rope(b.slice(x, 1, 0, 4), 1, OTHER), b.slice(x, 1, 4, 12)));
        b.attention(new Op.Attention(b.concat(List.of(x, x)), Optional.of(once), Optional.empty(), AttentionSpec.causal(1, 2, 1, 16, 13, 1)));
        assertEquals(NONE, turns());
    }

    @Test
    void headsThatAreRotatedInDifferentWaysCannotMove() {
        Value half = b.slice(x, 1, 0, 8);
        layer(0, b.concat(List.of(b.rope(half, 1, ROPE), b.rope(half, 1, OTHER))), x);
        assertEquals(NONE, turns());
    }

    @Test
    void keysThatAreRotatedTwiceCannotMove() {
        layer(0, b.rope(b.rope(x, 2, OTHER), 2, ROPE), x);
        assertEquals(NONE, turns());
    }

    @Test
    void keysThatAreRotatedOverOtherHeadsCannotMove() {
        layer(0, b.rope(x, 4, OTHER), x);
        assertEquals(NONE, turns());
    }

    @Test
    void layersThatReadAnotherOnesCacheAskForNothing() {
        Value y = layer(2, b.rope(x, 2, ROPE), x);
        b.attention(new Op.Attention(b.rope(y, 2, OTHER), Optional.empty(), Optional.empty(), AttentionSpec.causal(2, 2, 2, 8, 8, 1)));
        assertEquals(Optional.of(Map.of(2, ROPE)), turns());
    }

    @Test
    void aLayerThatIsWrittenInTwoWaysCannotMove() {
        layer(2, b.rope(x, 2, ROPE), x);
        layer(2, b.rope(x, 2, OTHER), x);
        assertEquals(NONE, turns());
    }

    @Test
    void whatAnEncoderLeftCannotMove() {
        layer(0, b.rope(x, 2, ROPE), x);
        b.attention(new Op.Attention(x, Optional.empty(), Optional.empty(), AttentionSpec.cross(1, 2, 2, 8, 8, 1)));
        assertEquals(NONE, turns());
    }

    @Test
    void whatIsWrittenForOthersTurnsLikewise() {
        b.kvWrite(new Op.KvWrite(b.rope(x, 2, ROPE), x, new CacheLayout.KvLayer(5, 2, 8, 8)));
        assertEquals(Optional.of(Map.of(5, ROPE)), turns());
    }

    @Test
    void stateCannotMove() {
        layer(0, b.rope(x, 2, ROPE), x);
        b.conv1d(x, weight(4, 16), Optional.empty(), 0);
        assertEquals(NONE, turns());
    }
}
