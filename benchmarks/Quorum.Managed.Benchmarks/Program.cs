using Quorum.Managed.Benchmarks;

return await Commands.RunAsync(args);
