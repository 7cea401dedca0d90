package dev.runtime.plugin.output.parsers;

import java.util.Set;
import java.util.function.Function;

/** A block that ends with a closing marker, which does not count inside of a value. */
final class MarkedBlock implements CallBlock {
    private final String close;
    private final String valueOpen;
    private final String valueClose;
    private final String wholeAfter;
    private final Function<String, Reading> reader;
    private final boolean json;
    private int from;
    private int firstClose = OPEN;

    /**
     * Creates a block.
     *
     * @param close the marker that ends it
     * @param valueOpen what begins a value, empty if nothing marks it
     * @param valueClose what ends a value
     * @param wholeAfter what a block without its closing marker must end with to be read all the same; empty if its own grammar tells
     * @param reader reads what is before the closing marker
     */
    MarkedBlock(String close, String valueOpen, String valueClose, String wholeAfter, Function<String, Reading> reader) {
        this(close, valueOpen, valueClose, wholeAfter, reader, false);
    }

    private MarkedBlock(String close, String valueOpen, String valueClose, String wholeAfter, Function<String, Reading> reader, boolean json) {
        this.close = close;
        this.valueOpen = valueOpen;
        this.valueClose = valueClose;
        this.wholeAfter = wholeAfter;
        this.reader = reader;
        this.json = json;
    }

    /** Returns a block of JSON values between other markers; the closing marker does not count in their strings. */
    static MarkedBlock json(String close, String wholeAfter, Function<String, Reading> reader) {
        return new MarkedBlock(close, "", "", wholeAfter, reader, true);
    }

    MarkedBlock(String close, String wholeAfter, Function<String, Reading> reader) {
        this(close, "", "", wholeAfter, reader);
    }

    @Override
    public int end(StringBuilder text) {
        for (int at = text.indexOf(close, from); at >= 0; at = text.indexOf(close, at + 1)) {
            int end = at + close.length();
            boolean inValue = json ? Brackets.outside(text, close, 0) != at
                    : !valueOpen.isEmpty() && text.lastIndexOf(valueOpen, at) > text.lastIndexOf(valueClose, at);
            if (!inValue) {
                return end;
            }
            firstClose = firstClose == OPEN ? end : firstClose;
            from = end;
        }
        from = Math.max(from, text.length() - close.length() + 1);
        return OPEN;
    }

    @Override
    public Reading read(String text, boolean complete) {
        if (!complete && !text.stripTrailing().endsWith(wholeAfter)) {
            return new Reading.Unreadable("its end is missing");
        }
        return reader.apply(text.endsWith(close) ? text.substring(0, text.length() - close.length()) : text);
    }

    @Override
    public int likelyEnd() {
        return firstClose;
    }

    @Override
    public Set<String> markers() {
        return Set.of(close);
    }
}
