/**
 * The Objective-C runtime and Metal as functions. Objects are pointers; those from messages that begin with {@code new} belong to the caller, who
 * releases them, all others to the autorelease pool around the call.
 */
package dev.runtime.backend.metal.ffi;
