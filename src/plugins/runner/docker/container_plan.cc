#include "plugins/runner/docker/container_plan.h"

#include <charconv>
#include <cmath>

#include "base/text.h"
#include "plugin_api/render.h"

namespace gyr::plugins::runner {
namespace {

using base::Value;

/// Labels of containers, pods and cloud jobs alike.
constexpr size_t max_label = 63;

std::unexpected<base::Error> bad(std::string message) { return base::fail(bad_docker_property, std::move(message)); }

Value texts(const std::vector<std::string>& items) {
  base::ListBuilder list;
  for (const auto& item : items) list.push(Value::string(item));
  return list.build();
}

/// Renders a property and puts it into the body where it is set. `convert` makes a JSON value of it.
template <class T, class Convert>
base::Task<base::Result<void>> put(plugin::RunContext& context, const model::Dynamic<T>& property, std::string_view key,
                                   base::MapBuilder& body, Convert convert) {
  GYR_CO_TRY(auto rendered, co_await context.render(property));
  if (!rendered) co_return base::Result<void>();
  base::Result<Value> converted = convert(*rendered);
  if (!converted) co_return base::fail(converted.error());
  body.set(key, *std::move(converted));
  co_return base::Result<void>();
}

base::Result<Value> text_value(const std::string& text) { return Value::string(text); }
base::Result<Value> texts_value(const std::vector<std::string>& items) { return texts(items); }
base::Result<Value> boolean_value(bool value) { return Value::boolean(value); }
base::Result<Value> size_value(const std::string& text) {
  GYR_TRY(int64_t size, parse_size(text));
  return Value::integer(size);
}

base::Task<base::Result<void>> put_memory(plugin::RunContext& context, const DockerMemory& memory,
                                          base::MapBuilder& host) {
  GYR_CO_CHECK(co_await put(context, memory.memory, "Memory", host, size_value));
  GYR_CO_CHECK(co_await put(context, memory.swap, "MemorySwap", host, size_value));
  GYR_CO_CHECK(co_await put(context, memory.swappiness, "MemorySwappiness", host, size_value));
  GYR_CO_CHECK(co_await put(context, memory.reservation, "MemoryReservation", host, size_value));
  GYR_CO_CHECK(co_await put(context, memory.kernel, "KernelMemory", host, size_value));
  co_return co_await put(context, memory.oom_kill_disable, "OomKillDisable", host, boolean_value);
}

base::Task<base::Result<Value>> device_request(plugin::RunContext& context, const DockerDevices& devices) {
  base::MapBuilder request;
  GYR_CO_CHECK(co_await put(context, devices.driver, "Driver", request, text_value));
  GYR_CO_CHECK(co_await put(context, devices.count, "Count", request,
                            [](int64_t count) -> base::Result<Value> { return Value::integer(count); }));
  GYR_CO_CHECK(co_await put(context, devices.device_ids, "DeviceIDs", request, texts_value));
  GYR_CO_CHECK(co_await put(context, devices.capabilities, "Capabilities", request,
                            [](const std::vector<std::vector<std::string>>& alternatives) -> base::Result<Value> {
                              base::ListBuilder list;
                              for (const auto& alternative : alternatives) list.push(texts(alternative));
                              return list.build();
                            }));
  GYR_CO_CHECK(co_await put(context, devices.options, "Options", request,
                            [](const std::map<std::string, std::string>& options) -> base::Result<Value> {
                              base::MapBuilder map;
                              for (const auto& [name, value] : options) map.set(name, Value::string(value));
                              return map.build();
                            }));
  co_return request.build();
}

base::Task<base::Result<void>> put_resources(plugin::RunContext& context, const DockerOptions& docker,
                                             base::MapBuilder& host) {
  if (docker.cpu) {
    GYR_CO_CHECK(co_await put(context, docker.cpu->cpus, "NanoCpus", host, [](double cpus) -> base::Result<Value> {
      if (!(cpus > 0) || cpus > 1e6) return bad(fmt::format("`cpu.cpus` must be above 0, not {}", cpus));
      return Value::integer(std::llround(cpus * 1e9));
    }));
  }
  if (docker.memory) GYR_CO_CHECK(co_await put_memory(context, *docker.memory, host));
  GYR_CO_CHECK(co_await put(context, docker.shm_size, "ShmSize", host, size_value));
  GYR_CO_CHECK(co_await put(context, docker.privileged, "Privileged", host, boolean_value));
  base::ListBuilder devices;
  for (const DockerDevices& one : docker.device_requests) {
    GYR_CO_TRY(Value request, co_await device_request(context, one));
    devices.push(std::move(request));
  }
  if (devices.size() > 0) host.set("DeviceRequests", devices.build());
  co_return base::Result<void>();
}

base::Task<base::Result<void>> put_network(plugin::RunContext& context, const DockerOptions& docker,
                                           base::MapBuilder& create, base::MapBuilder& host) {
  GYR_CO_CHECK(co_await put(context, docker.network_mode, "NetworkMode", host, text_value));
  GYR_CO_CHECK(co_await put(context, docker.extra_hosts, "ExtraHosts", host, texts_value));
  GYR_CO_TRY(auto ports, co_await context.render(docker.port_bindings));
  if (!ports || ports->empty()) co_return base::Result<void>();
  base::MapBuilder exposed;
  base::MapBuilder bound;
  for (const auto& text : *ports) {
    GYR_CO_TRY(auto binding, parse_port_binding(text));
    exposed.set(binding.first, Value::empty_map());
    base::ListBuilder all;
    if (const Value* before = bound.find(binding.first)) {
      for (const Value& one : before->items()) all.push(one);
    }
    all.push(binding.second);
    bound.set(binding.first, all.build());
  }
  create.set("ExposedPorts", exposed.build());
  host.set("PortBindings", bound.build());
  co_return base::Result<void>();
}

/// Folders of the engine's machine, where the installation allows them (RUNNER-23).
base::Task<base::Result<void>> put_volumes(plugin::RunContext& context, const DockerOptions& docker,
                                           base::MapBuilder& host) {
  const Value enabled = context.plugin_setting(docker_type, "volume-enabled");
  const bool allowed =
      (enabled.is_boolean() && enabled.as_boolean()) || (enabled.is_string() && enabled.text() == "true");
  if (!allowed) co_return base::Result<void>();
  co_return co_await put(context, docker.volumes, "Binds", host, texts_value);
}

base::Task<base::Result<Value>> rendered_credentials(plugin::RunContext& context,
                                                     const std::optional<DockerCredentials>& credentials) {
  if (!credentials) co_return Value();
  base::MapBuilder map;
  GYR_CO_CHECK(co_await put(context, credentials->registry, "registry", map, text_value));
  GYR_CO_CHECK(co_await put(context, credentials->username, "username", map, text_value));
  GYR_CO_CHECK(co_await put(context, credentials->password, "password", map, text_value));
  GYR_CO_CHECK(co_await put(context, credentials->auth, "auth", map, text_value));
  GYR_CO_CHECK(co_await put(context, credentials->identity_token, "identityToken", map, text_value));
  GYR_CO_CHECK(co_await put(context, credentials->registry_token, "registryToken", map, text_value));
  co_return map.build();
}

/// The numbers in `1000:100`; names of users are known in the image alone.
TarOwner owner_of(std::string_view user) {
  TarOwner owner;
  const size_t colon = user.find(':');
  auto number = [](std::string_view text) {
    uint32_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? value : 0;
  };
  owner.user = number(user.substr(0, colon));
  if (colon != std::string_view::npos) owner.group = number(user.substr(colon + 1));
  return owner;
}

base::Task<base::Result<void>> plan_image(plugin::RunContext& context, const DockerOptions& docker,
                                          const plugin::RunnerJob& job, ContainerPlan& plan) {
  GYR_CO_TRY(auto own_image, co_await context.render(docker.image));
  plan.image_text = base::trim(own_image && !own_image->empty() ? *own_image : job.image);
  if (plan.image_text.empty()) {
    co_return base::fail(no_image, "the container image is missing: set `containerImage` on the task");
  }
  plan.image = parse_image_name(plan.image_text);
  GYR_CO_TRY(auto policy, co_await context.render(docker.pull_policy));
  plan.pull = policy.value_or(PullPolicy::if_not_present);
  RegistryAccess access;
  GYR_CO_TRY(access.credentials, co_await rendered_credentials(context, docker.credentials));
  GYR_CO_TRY(auto config, co_await context.render(docker.config));
  access.config = config.value_or(Value());
  GYR_CO_TRY(plan.registry_header, registry_header(plan.image, access));
  co_return base::Result<void>();
}

base::Task<base::Result<void>> plan_course(plugin::RunContext& context, const DockerOptions& docker,
                                           ContainerPlan& plan) {
  GYR_CO_TRY(auto host, co_await context.render(docker.host));
  if (host && !host->empty()) {
    plan.host = *std::move(host);
  } else {
    plan.host = default_engine(context).value_or("unix:///var/run/docker.sock");
  }
  GYR_CO_TRY(auto files, co_await context.render(docker.file_handling));
  plan.files = files.value_or(FileHandling::volume);
  GYR_CO_TRY(auto delete_after, co_await context.render(docker.delete_after));
  plan.delete_after = delete_after.value_or(true);
  GYR_CO_TRY(auto wait, co_await context.render(docker.wait));
  plan.wait = wait.value_or(true);
  GYR_CO_TRY(auto resume, co_await context.render(docker.resume));
  plan.resume = resume.value_or(true);
  plan.kill_grace = docker.kill_grace_period;
  co_return base::Result<void>();
}

}  // namespace

base::Result<int64_t> parse_size(std::string_view text) {
  const std::string_view trimmed = base::trim(text);
  int64_t number = 0;
  auto [end, error] = std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), number);
  std::string unit = base::to_lower_ascii(base::trim(trimmed.substr(static_cast<size_t>(end - trimmed.data()))));
  if (unit.ends_with('b')) unit.pop_back();
  if (unit.ends_with('i')) unit.pop_back();
  constexpr std::string_view units = "kmgt";
  const size_t power = unit.empty() ? 0 : units.find(unit.front()) + 1;
  const bool known = unit.empty() || (unit.size() == 1 && units.find(unit.front()) != std::string_view::npos);
  if (error != std::errc() || !known || number > (INT64_MAX >> (10 * power)) || number < -1) {
    return bad(fmt::format("Invalid size with value '{}': write a number with B, KB, MB or GB, such as 512MB", text));
  }
  return number < 0 ? number : number << (10 * power);
}

base::Result<std::pair<std::string, Value>> parse_port_binding(std::string_view text) {
  auto refused = [&] {
    return bad(fmt::format("`{}` in `portBindings` is not valid: write `8080:80` or `127.0.0.1:8080:80/tcp`", text));
  };
  auto is_port = [](std::string_view port) {
    uint32_t number = 0;
    auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    return error == std::errc() && end == port.data() + port.size() && number <= 65535;
  };
  std::string_view rest = base::trim(text);
  std::string_view protocol = "tcp";
  if (const size_t slash = rest.find('/'); slash != std::string_view::npos) {
    protocol = rest.substr(slash + 1);
    rest = rest.substr(0, slash);
  }
  if (protocol != "tcp" && protocol != "udp" && protocol != "sctp") return refused();
  auto take_last = [&rest] {
    const size_t colon = rest.rfind(':');
    std::string_view last = colon == std::string_view::npos ? rest : rest.substr(colon + 1);
    rest = colon == std::string_view::npos ? std::string_view() : rest.substr(0, colon);
    return last;
  };
  std::string_view inside = take_last();
  std::string_view outside = take_last();
  if (!is_port(inside) || (!outside.empty() && !is_port(outside))) return refused();
  if (rest.starts_with('[') && rest.ends_with(']')) rest = rest.substr(1, rest.size() - 2);
  return std::pair(fmt::format("{}/{}", inside, protocol),
                   Value::map({{"HostIp", Value::string(rest)}, {"HostPort", Value::string(outside)}}));
}

std::vector<std::pair<std::string, std::string>> run_labels(const plugin::RunInfo& info, std::string_view prefix) {
  std::pair<std::string_view, std::string> all[] = {{"namespace", info.namespace_},
                                                    {"flow-id", info.flow_id},
                                                    {"task-id", info.task_id},
                                                    {"execution-id", info.execution_id.to_text()},
                                                    {"taskrun-id", info.task_run_id.to_text()},
                                                    {"taskrun-attempt", std::to_string(info.resumed_attempt)}};
  std::vector<std::pair<std::string, std::string>> labels;
  for (auto& [name, value] : all) {
    value.resize(std::min(value.size(), max_label));
    while (!value.empty() && std::string_view("-._").find(value.back()) != std::string_view::npos) value.pop_back();
    labels.emplace_back(fmt::format("{}{}", prefix, name), std::move(value));
  }
  return labels;
}

base::Task<base::Result<ContainerPlan>> plan_container(plugin::RunContext& context, const DockerOptions& docker,
                                                       const plugin::RunnerJob& job) {
  ContainerPlan plan;
  GYR_CO_CHECK(co_await plan_image(context, docker, job, plan));
  GYR_CO_CHECK(co_await plan_course(context, docker, plan));

  base::MapBuilder labels;
  for (const auto& [name, value] : run_labels(context.info(), "kestra.io/")) labels.set(name, Value::string(value));
  plan.labels = labels.build();

  base::MapBuilder create;
  base::MapBuilder host;
  create.set("Image", Value::string(plan.image_text));
  create.set("Cmd", texts(job.command));
  create.set("Entrypoint", Value::list({Value::string("")}));
  GYR_CO_CHECK(co_await put(context, docker.entry_point, "Entrypoint", create, texts_value));
  GYR_CO_TRY(auto user, co_await context.render(docker.user));
  if (user && !user->empty()) {
    create.set("User", Value::string(*user));
    plan.owner = owner_of(*user);
  }
  base::ListBuilder environment;
  for (const auto& [name, value] : job.environment) environment.push(Value::string(name + "=" + value));
  create.set("Env", environment.build());
  create.set("WorkingDir", Value::string(job.directory.string()));
  create.set("Labels", plan.labels);
  GYR_CO_CHECK(co_await put_resources(context, docker, host));
  GYR_CO_CHECK(co_await put_network(context, docker, create, host));
  GYR_CO_CHECK(co_await put_volumes(context, docker, host));
  // A container that nothing waits for removes itself.
  if (!plan.wait && plan.delete_after) host.set("AutoRemove", Value::boolean(true));
  create.set("HostConfig", host.build());
  plan.create = create.build();
  co_return plan;
}

}  // namespace gyr::plugins::runner
