package dev.runtime.api;

import java.util.Objects;

/**
 * A version of the contract in this module.
 *
 * <p>A plug-in declares the range it works with in its jar's manifest, {@value #MANIFEST_RANGE}{@code : [1.0,2.0)}.
 * Without that entry the version of {@code dev.runtime.api} recorded by the compiler counts, and the major numbers must
 * be equal.
 *
 * @param major raised when something is removed or changed
 * @param minor raised when something is added
 */
@Stable
public record SpiVersion(int major, int minor) implements Comparable<SpiVersion> {
    /** The version of the contract that this build of the api provides. */
    public static final SpiVersion CURRENT = new SpiVersion(1, 0);

    /** The manifest attribute that holds the range of SPI versions a plug-in works with. */
    public static final String MANIFEST_RANGE = "Runtime-Spi";

    /** The manifest attribute that lists the permissions a plug-in asks for, separated by blanks. */
    public static final String MANIFEST_PERMISSIONS = "Runtime-Permissions";

    /** Checks that both numbers are not negative. */
    public SpiVersion {
        if (major < 0 || minor < 0) {
            throw new IllegalArgumentException("negative SPI version " + major + "." + minor);
        }
    }

    /**
     * Parses {@code major.minor}; further parts, as in {@code 1.0.3}, are ignored.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    public static SpiVersion parse(String text) {
        String[] parts = Objects.requireNonNull(text, "text").strip().split("\\.", 3);
        try {
            return new SpiVersion(Integer.parseInt(parts[0]), parts.length > 1 ? Integer.parseInt(parts[1]) : 0);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not an SPI version: '" + text + "'", e);
        }
    }

    /**
     * Tells whether this version lies in a range such as {@code [1.0,2.0)}.
     *
     * @throws IllegalArgumentException if the range has another form
     */
    public boolean in(String range) {
        String text = range.strip();
        int comma = text.indexOf(',');
        if (text.length() < 5 || comma < 0 || "[(".indexOf(text.charAt(0)) < 0
                || "])".indexOf(text.charAt(text.length() - 1)) < 0) {
            throw new IllegalArgumentException("not an SPI range such as [1.0,2.0): '" + range + "'");
        }
        int low = compareTo(parse(text.substring(1, comma)));
        int high = compareTo(parse(text.substring(comma + 1, text.length() - 1)));
        return (text.charAt(0) == '[' ? low >= 0 : low > 0)
                && (text.charAt(text.length() - 1) == ']' ? high <= 0 : high < 0);
    }

    @Override
    public int compareTo(SpiVersion other) {
        return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
