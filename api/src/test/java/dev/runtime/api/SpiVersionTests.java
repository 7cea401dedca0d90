package dev.runtime.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpiVersionTests {
    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "1.0; [1.0,2.0); true", "2.0; [1.0,2.0); false", "2.0; [1.0,2.0]; true", "1.0; (1.0,2.0); false",
        "1.9; [1.0,2.0); true", "0.9; [1.0,2.0); false", "1.10; [1.9,1.11); true", "1.0; [1,2); true"})
    void rangesIncludeOrExcludeTheirEnds(String version, String range, boolean inside) {
        assertEquals(inside, SpiVersion.parse(version).in(range));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1.0", "[1.0]", "1.0,2.0", "[a,b)", "{1,2}"})
    void anythingElseIsNoRange(String range) {
        assertThrows(IllegalArgumentException.class, () -> SpiVersion.CURRENT.in(range));
    }

    @Test
    void furtherPartsAreIgnored() {
        assertEquals(new SpiVersion(1, 2), SpiVersion.parse("1.2.3"));
        assertEquals(new SpiVersion(3, 0), SpiVersion.parse("3"));
    }
}
