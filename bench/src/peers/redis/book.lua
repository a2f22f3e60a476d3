-- Books slots of one day unless one of them is taken; nothing is written then.
-- KEYS[1] the day's bits   KEYS[2] the booking
-- ARGV[1] the first slot   ARGV[2] how many   ARGV[3] the booking's text
local first, count = tonumber(ARGV[1]), tonumber(ARGV[2])
if redis.call('bitcount', KEYS[1], first, first + count - 1, 'BIT') > 0 then
    return 0
end
redis.call('bitfield', KEYS[1], 'SET', 'u' .. count, first, 2 ^ count - 1)
redis.call('set', KEYS[2], ARGV[3])
return 1
