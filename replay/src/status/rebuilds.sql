-- The views that are being rebuilt, or whose rebuild was left.
select view, begun_at from generations where live_since is null order by view
