"""What Redis does by itself, in one step that nobody comes between."""

from hashlib import sha1

# KEYS: a handle. ARGV: what keys of profiles begin with. Whose it is, with etag and document.
FIND = """
local owner = redis.call('GET', KEYS[1])
if not owner or string.byte(owner) == 63 then
  return false
end
if owner == '*' then
  return {owner, false, false}
end
local told = redis.call('HMGET', ARGV[1] .. owner, 'etag', 'document')
return {owner, told[1], told[2]}
"""

# By this name Redis keeps a script that it has run before.
FIND_SHA = sha1(FIND.encode(), usedforsecurity=False).hexdigest()

# KEYS: a profile. ARGV: version, etag, document, seconds to live (0: for ever). An older version changes nothing.
PUT = """
local known = redis.call('HGET', KEYS[1], 'version')
if known and tonumber(known) > tonumber(ARGV[1]) then
  return 0
end
redis.call('HSET', KEYS[1], 'version', ARGV[1], 'etag', ARGV[2], 'document', ARGV[3])
if tonumber(ARGV[4]) > 0 then
  redis.call('EXPIRE', KEYS[1], ARGV[4])
else
  redis.call('PERSIST', KEYS[1])
end
return 1
"""

# KEYS: a profile. ARGV: version, seconds to remember it. Who read the document before it went must not put it back.
DROP = """
local known = redis.call('HGET', KEYS[1], 'version')
if known and tonumber(known) > tonumber(ARGV[1]) then
  return 0
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'version', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
"""

# KEYS: handles. ARGV: token, seconds.
RESERVE = """
for _, key in ipairs(KEYS) do
  redis.call('SET', key, ARGV[1], 'EX', ARGV[2])
end
return #KEYS
"""

RESERVE_MISSING = """
for _, key in ipairs(KEYS) do
  redis.call('SET', key, ARGV[1], 'EX', ARGV[2], 'NX')
end
return #KEYS
"""

# KEYS: handles. ARGV: token, then for each key its owner ('' : nobody). Only what still has the token is filled.
FILL = """
local filled = 0
for place, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[1] then
    local owner = ARGV[place + 1]
    if owner == '' then
      redis.call('DEL', key)
    else
      redis.call('SET', key, owner)
    end
    filled = filled + 1
  end
end
return filled
"""
