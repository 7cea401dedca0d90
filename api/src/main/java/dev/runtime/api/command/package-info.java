/** Subcommands of the binary. */
package dev.runtime.api.command;
