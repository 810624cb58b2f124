#include "expression/mask.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "syntax/json.h"

namespace gyr::expression {
namespace {

constexpr std::string_view stars = "******";
/// Shorter texts would hide what has nothing to do with the secret.
constexpr size_t min_encoded = 4;
constexpr size_t min_inside = 8;
constexpr size_t min_line = 8;

std::string for_addresses(std::string base64) {
  std::ranges::replace(base64, '+', '-');
  std::ranges::replace(base64, '/', '_');
  return base64;
}

/// Everything but letters, digits and `-._~` escaped.
std::string percent_encoded(std::string_view text, std::string_view blank) {
  std::string out;
  for (char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~").contains(c);
    if (plain) {
      out += c;
    } else if (c == ' ') {
      out += blank;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace

bool gives_secrets(std::string_view function) {
  return function == "secret" || function == "credential" || function == "decrypt";
}

void SecretMask::add(std::string_view secret) {
  if (secret.empty()) return;
  auto& known = by_first_byte_[static_cast<unsigned char>(secret[0])];
  if (std::ranges::find(known, secret) != known.end()) return;
  auto shorter = std::ranges::find_if(known, [&](const std::string& other) { return other.size() < secret.size(); });
  known.emplace(shorter, secret);
  ++count_;
}

void SecretMask::add_with_encodings(std::string_view secret) {
  add(secret);
  if (secret.size() < min_encoded) return;
  auto add_base64 = [this](const std::string& base64) {
    add(base64);
    add(for_addresses(base64));
  };
  std::string base64 = base::base64_encode(secret);
  add_base64(base64);
  while (base64.ends_with('=')) base64.pop_back();
  add_base64(base64);
  // Three bytes make four characters: what they are depends on where in the text the secret begins. The first and last
  // characters hold bits of its neighbours.
  for (size_t before = 0; before < 3; ++before) {
    std::string inside = base::base64_encode(std::string(before, ' ') + std::string(secret));
    while (inside.ends_with('=')) inside.pop_back();
    const size_t first = before == 0 ? 0 : before + 1;
    const size_t last = (before + secret.size()) * 8 / 6;
    if (last >= first + min_inside) add_base64(inside.substr(first, last - first));
  }
  add(percent_encoded(secret, "%20"));
  add(percent_encoded(secret, "+"));
  const std::string json = syntax::write_json(base::Value::string(secret));
  add(std::string_view(json).substr(1, json.size() - 2));
  if (!secret.contains('\n')) return;
  for (std::string_view line : base::split(secret, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() >= min_line) add(line);
  }
}

void SecretMask::add_texts(const base::Value& value) {
  if (value.is_map()) {
    for (const auto& entry : value.entries()) add_texts(entry.value);
  } else if (value.is_list()) {
    for (const base::Value& item : value.items()) add_texts(item);
  } else if (value.is_string()) {
    add_with_encodings(value.text());
  }
}

std::string SecretMask::mask(std::string_view text) const {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const std::string* found = nullptr;
    for (const std::string& secret : by_first_byte_[static_cast<unsigned char>(text[at])]) {
      if (!text.substr(at).starts_with(secret)) continue;
      found = &secret;
      break;
    }
    if (found == nullptr) {
      out.push_back(text[at++]);
    } else {
      out.append(stars);
      at += found->size();
    }
  }
  return out;
}

base::Value SecretMask::mask(const base::Value& value) const {
  switch (value.kind()) {
    case base::Value::Kind::string: return base::Value::string(mask(value.text()));
    case base::Value::Kind::list: {
      base::ListBuilder list;
      for (const base::Value& item : value.items()) list.push(mask(item));
      return list.build();
    }
    case base::Value::Kind::map: {
      base::MapBuilder map;
      for (const auto& entry : value.entries()) map.set(entry.key, mask(entry.value));
      return map.build();
    }
    default: return value;
  }
}

}  // namespace gyr::expression
