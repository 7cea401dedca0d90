/** The plug-in container and the service registry as plug-ins see them. */
package dev.runtime.api.plugin;
