// For tests of AnsibleCLI with the real program: a fleet of files, and a context that knows a secret.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "plugin_api/secret_filter.h"
#include "plugins/runner/spawned_processes.h"
#include "plugins/script/python_packages.h"
#include "plugins/testing/fake_http_client.h"
#include "plugins/testing/task_test.h"
#include "process/testing/program.h"

namespace gyr::plugins::testing {

/// The value at a path of keys; a digit is the place in a list. Null where it does not exist.
inline base::Value at(const base::Value& value, std::initializer_list<std::string_view> path) {
  base::Value found = value;
  for (std::string_view key : path) {
    if (found.is_list()) {
      found = found.items()[static_cast<size_t>(key[0] - '0')];
    } else {
      const base::Value* entry = found.find(key);
      found = entry == nullptr ? base::Value() : *entry;
    }
  }
  return found;
}

/// Hides `hidden-word`, as the context of an attempt hides the secrets that it has read.
class FilteringContext final : public FakeRunContext, public plugin::SecretFilter {
 public:
  using FakeRunContext::FakeRunContext;
  std::string cleaned(std::string_view text) const override {
    static constexpr std::string_view hidden = "hidden-word";
    std::string clean(text);
    for (size_t at = clean.find(hidden); at != std::string::npos; at = clean.find(hidden))
      clean.replace(at, hidden.size(), "******");
    return clean;
  }
};

/// Runs AnsibleCLI; skipped where Ansible is not installed.
class Ansible : public TaskTest {
 protected:
  Ansible() {
    context = std::make_unique<FilteringContext>(loop);
    context->given_processes = &processes;
    context->given_http = &http;
    std::filesystem::create_directories(fleet);
  }
  ~Ansible() override { std::filesystem::remove_all(fleet); }
  void SetUp() override {
    if (!script::find_program("ansible-playbook")) GTEST_SKIP() << "ansible-playbook is not installed (packages.txt)";
  }
  /// The task with this play for `alpha`, `beta` and `gamma`; `more` are further properties.
  std::string task(std::string_view play, std::string_view options = "", std::string_view more = "") const {
    std::string indented;
    for (char character : play) {
      indented += character;
      if (character == '\n') indented += "    ";
    }
    return fmt::format(R"(id: t
type: io.kestra.plugin.ansible.cli.AnsibleCLI
taskRunner: {{type: io.kestra.plugin.core.runner.Process}}
inputFiles:
  inventory.ini: |
    [fleet]
    alpha
    beta
    gamma
    [fleet:vars]
    ansible_connection=local
    ansible_python_interpreter=/usr/bin/python3
  play.yml: |
    {{% raw %}}
    {}
    {{% endraw %}}
commands:
  - ansible-playbook -i inventory.ini -e root={} {} play.yml
{}
)",
                       indented, fleet.string(), options, more);
  }
  std::string content(const std::string& name) const {
    std::ifstream file(fleet / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void put(const std::string& name, std::string_view text) const { std::ofstream(fleet / name) << text; }

  std::filesystem::path fleet = std::filesystem::temp_directory_path() / fmt::format("gyr-fleet-{}", ::getpid());
  FakeHttpClient http;
  std::unique_ptr<process::Spawner> spawner = process::testing::spawner_of_this_program();
  runner::SpawnedProcesses processes{*spawner, loop};
};

inline constexpr std::string_view banner_play = R"(- name: Baseline
  hosts: fleet
  gather_facts: false
  tasks:
    - name: Banner
      ansible.builtin.copy: {dest: "{{ root }}/{{ inventory_hostname }}", content: "right\n"})";

}  // namespace gyr::plugins::testing
