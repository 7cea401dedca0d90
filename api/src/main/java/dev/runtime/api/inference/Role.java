package dev.runtime.api.inference;

import dev.runtime.api.Stable;

/** Common roles of messages; a message may have another one, which templates see as it is. */
@Stable
public final class Role {
    /** Instructions. */
    public static final String SYSTEM = "system";
    /** The person or program that asks. */
    public static final String USER = "user";
    /** The model. */
    public static final String ASSISTANT = "assistant";
    /** The result of a tool call. */
    public static final String TOOL = "tool";

    private Role() {}
}
