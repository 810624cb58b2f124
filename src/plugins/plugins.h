// The types this program brings along, in explicit lists (principle: explicit lists).
#pragma once

#include "plugin_api/registry.h"

namespace gyr::plugins {

/// Core tasks that workers run, and the process runner. Call once for a registry, at start.
void register_core_plugins(plugin::Registry& registry);
/// The triggers and conditions that belong to no family of tasks.
void register_core_triggers(plugin::Registry& registry);
void register_core_conditions(plugin::Registry& registry);
/// Script tasks of all languages.
void register_script_plugins(plugin::Registry& registry);
/// Tasks that run a command line program: Ansible, Terraform and its relatives.
void register_cli_plugins(plugin::Registry& registry);

}  // namespace gyr::plugins
